import { blame } from '../blame.ts';
import { isSameSize, isShifted, type StageLayout } from '../layout.ts';
import { spellSize } from '../spell.ts';
import type { Rule } from './rule.ts';

/** Clamping is what the references do, so it is no mistake; it is still said, because the text says otherwise. */
export const windowClamped: Rule = ({ specification, layouts }, report) => {
  for (const layout of layouts) {
    const change = findChange(layout);
    if (change === undefined) continue;
    report(
      blame(specification, [layout.stage.window, specification.clamp], {
        code: 'SW203',
        severity: 'note',
        message: `window ${change.from} of stage ${layout.stage.number} becomes ${change.to} on its ${change.grid} grid${change.shift}`,
        help: 'write `global` for one window over the grid, or `clamp = error` to refuse it',
      }),
    );
  }
};

type Change = Readonly<Record<'from' | 'to' | 'grid' | 'shift', string>>;

function findChange({ grid, blocks }: StageLayout): Change | undefined {
  const changed = blocks.find(({ asked, clamped }) => !isSameSize(asked.window, clamped.window));
  if (changed === undefined) return undefined;
  const [from, to] = [spellSize(changed.asked.window), spellSize(changed.clamped.window)];
  const stopped = blocks.some(({ asked, clamped }) => isShifted(asked) && !isShifted(clamped));
  return { from, to, grid: `${grid.height}x${grid.width}`, shift: stopped ? ', without shift' : '' };
}
