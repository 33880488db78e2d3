import { blame } from '../blame.ts';
import { type BlockLayout, isSameSize, isShifted } from '../layout.ts';
import type { Rule } from './rule.ts';
import { asksForEffect } from './shift-has-effect.ts';

/**
 * Where one window covers the grid the references do not shift, whatever the text says: a note. A window that was
 * clamped has one already.
 */
export const shiftClamped: Rule = ({ specification, layouts }, report) => {
  for (const { stage, blocks } of layouts) {
    if (stage.window.value.kind === 'global' || asksForEffect(stage, specification)) continue;
    const stopped = blocks.find((block) => !isSameSize(block.asked.shift, block.clamped.shift));
    const clamped = blocks.some((block) => !isSameSize(block.asked.window, block.clamped.window));
    if (stopped === undefined || clamped) continue;
    report(
      blame(specification, [stage.window, stage.shift], {
        code: 'SW204',
        severity: 'note',
        message: `stage ${stage.number} does not shift${direction(stopped)}: one window covers its grid there`,
        help: `to say so in the text, write \`stage ${stage.number} { shift = off }\``,
      }),
    );
  }
};

function direction({ clamped }: BlockLayout): string {
  if (!isShifted(clamped)) return '';
  return clamped.shift.height === 0 ? ' along its height' : ' along its width';
}
