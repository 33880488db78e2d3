import { blame } from '../blame.ts';
import type { Rule } from './rule.ts';

/** The references either refuse such an image or pad it in silence; here it is refused. */
export const patchDividesInput: Rule = ({ specification }, report) => {
  const { input, patch } = specification;
  const { height, width } = input.value;
  if (height % patch.value.height === 0 && width % patch.value.width === 0) return;
  const size = `${patch.value.height}x${patch.value.width}`;
  report(
    blame(specification, [patch, input], {
      code: 'SW200',
      message: `the ${size} patch does not divide the ${height}x${width} input`,
      help: `the nearest input is ${below(height, patch.value.height)}x${below(width, patch.value.width)}`,
    }),
  );
};

function below(side: number, patch: number): number {
  return Math.max(1, Math.floor(side / patch)) * patch;
}
