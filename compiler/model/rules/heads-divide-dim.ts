import { blame } from '../blame.ts';
import type { Rule } from './rule.ts';

/** Each head takes an equal share of the channels, which double at every merging. */
export const headsDivideDim: Rule = ({ specification, widths }, report) => {
  for (const { stage, dim } of widths) {
    const heads = stage.heads.value;
    if (dim % heads === 0) continue;
    report(
      blame(specification, [stage.heads, specification.dim], {
        code: 'SW206',
        message: `${heads} heads do not divide the ${dim} channels of stage ${stage.number}`,
        help: `Swin has 32 channels a head: here, ${Math.max(1, Math.round(dim / 32))}`,
      }),
    );
  }
};
