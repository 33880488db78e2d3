import { blame } from '../blame.ts';
import { isOdd } from '../layout.ts';
import type { Rule } from './rule.ts';

/** Patch merging takes two tokens each way. With `pad`, zeros complete an odd grid; without it, it is a mistake. */
export const gridHalves: Rule = ({ specification, layouts }, report) => {
  if (specification.pad.value !== 'error') return;
  const odd = layouts.find(({ grid, stage }) => isOdd(grid) && stage.number < specification.stages.length);
  if (odd === undefined) return;
  const { input, patch } = specification;
  const halvings = 2 ** (specification.stages.length - 1);
  const [height, width] = [patch.value.height * halvings, patch.value.width * halvings];
  const sides = height === width ? `${height}` : `${height} and ${width}`;
  report(
    blame(specification, [input, patch], {
      code: 'SW209',
      message: `the ${odd.grid.height}x${odd.grid.width} grid of stage ${odd.stage.number} is odd and cannot be merged`,
      help: `make the input a multiple of ${sides}, or write \`pad = before-shift\``,
    }),
  );
};
