import { blame } from '../blame.ts';
import type { Rule } from './rule.ts';

/** The kernels read and write four values at a time. Every published Swin keeps to this by far. */
const vector = 4;

export const widthsByFour: Rule = ({ specification, widths }, report) => {
  for (const { stage, dim, hidden } of widths) {
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
    if (hidden === 0 || hidden % vector !== 0) {
      report(
        blame(specification, [stage.mlp, specification.dim], {
          code: 'SW208',
          message: `a hidden layer of ${hidden} in stage ${stage.number}: the kernels need a multiple of ${vector}`,
          help: `choose \`mlp\` so that dim * mlp is a multiple of ${vector}`,
        }),
      );
    }
  }
};
