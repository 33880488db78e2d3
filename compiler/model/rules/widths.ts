import { blame } from '../blame.ts';
import type { Rule } from './rule.ts';

/** The attention kernels read four values of a head at a time. Every published Swin keeps to this by far. */
const vector = 4;

export const widths: Rule = ({ specification, widths: stages }, report) => {
  for (const { stage, dim, hidden } of stages) {
    const width = dim / stage.heads.value;
    if (Number.isInteger(width) && width % vector !== 0) {
      report(
        blame(specification, [stage.heads, specification.dim], {
          code: 'SW207',
          message: `heads of ${width} channels in stage ${stage.number}: the kernels need a multiple of ${vector}`,
          help: `choose \`dim\` and \`heads\` so that dim / heads is a multiple of ${vector}`,
        }),
      );
    }
    if (hidden === 0) {
      report(
        blame(specification, [stage.mlp, specification.dim], {
          code: 'SW208',
          message: `the hidden layer of stage ${stage.number} has no channel: dim * mlp is less than 1`,
          help: 'choose a larger `mlp`; 4 is what Swin has',
        }),
      );
    }
  }
};
