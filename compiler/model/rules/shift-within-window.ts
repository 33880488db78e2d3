import { blame } from '../blame.ts';
import { spellSize } from '../spell.ts';
import type { Rule } from './rule.ts';

/** A shift by a window or more is a smaller shift by another name, and no reference defines its mask. */
export const shiftWithinWindow: Rule = ({ specification, layouts }, report) => {
  for (const { stage, blocks } of layouts) {
    const misfit = blocks.find(
      ({ asked: { shift, window } }) => shift.height >= window.height || shift.width >= window.width,
    );
    if (misfit === undefined) continue;
    const { window, shift } = misfit.asked;
    report(
      blame(specification, [stage.shift, stage.window], {
        code: 'SW205',
        message: `shift ${spellSize(shift)} of stage ${stage.number} is not smaller than its window, ${spellSize(window)}`,
        help: `the usual shift is half of the window: ${spellSize(half(window))}`,
      }),
    );
  }
};

function half({ height, width }: { readonly height: number; readonly width: number }): {
  height: number;
  width: number;
} {
  return { height: Math.floor(height / 2), width: Math.floor(width / 2) };
}
