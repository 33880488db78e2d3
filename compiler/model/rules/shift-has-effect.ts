import { blame, isOwn } from '../blame.ts';
import { isShifted } from '../layout.ts';
import type { Specification, StageSpecification } from '../specification.ts';
import type { Rule } from './rule.ts';

/** A shift that a stage's block asks for by itself, and that no block of the stage makes. */
export const shiftHasEffect: Rule = ({ specification, layouts }, report) => {
  for (const { stage, blocks } of layouts) {
    if (!asksForEffect(stage, specification) || blocks.some(({ clamped }) => isShifted(clamped))) continue;
    const asked = blocks.some((block) => isShifted(block.asked));
    report(
      blame(specification, [stage.shift], {
        code: 'SW218',
        severity: 'warning',
        message: `this shift has no effect: ${asked ? 'one window covers the grid' : 'none of its blocks shifts'}`,
        help: asked
          ? 'write `shift = off`, or a smaller window'
          : '`on` and amounts shift blocks 1, 3, 5… counted from 0; `cycle(…)` sets every block',
      }),
    );
  }
};

/** Whether the model's own text sets the shift of this stage alone, and not to `off`. */
export function asksForEffect({ shift }: StageSpecification, specification: Specification): boolean {
  const { setting, value } = shift;
  return setting?.stage !== undefined && isOwn(setting, specification) && value.kind !== 'off';
}
