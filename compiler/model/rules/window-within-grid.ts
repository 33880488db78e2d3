import { blame } from '../blame.ts';
import { spellSize } from '../spell.ts';
import type { Rule } from './rule.ts';
import { isLarger } from './window-fits-grid.ts';

/** A window that is still larger than its grid after clamping needs padding, and `clamp = error` refuses it outright. */
export const windowWithinGrid: Rule = ({ specification, layouts }, report) => {
  const { clamp, pad } = specification;
  if (clamp.value !== 'error' && pad.value !== 'error') return;
  for (const { stage, grid, blocks } of layouts) {
    const misfit = blocks.find(({ clamped }) => isLarger(clamped.window, grid));
    if (misfit === undefined) continue;
    report(
      blame(specification, [stage.window, clamp, specification.input, specification.patch], {
        code: 'SW202',
        message: `window ${spellSize(misfit.clamped.window)} is larger than the ${grid.height}x${grid.width} grid of stage ${stage.number}`,
        help: `write \`global\` for one window over the grid, ${clamp.value === 'off' ? 'or `pad = before-shift` to pad the grid up to the window' : 'or `clamp = on` to cut the window down to it'}`,
      }),
    );
  }
};
