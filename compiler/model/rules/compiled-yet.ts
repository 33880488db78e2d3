import { blame } from '../blame.ts';
import type { Given } from '../specification.ts';
import type { Rule } from './rule.ts';

/** Swin V2's values are part of the language; the graph cannot be built from them so far. */
export const compiledYet: Rule = ({ specification }, report) => {
  const { attention, position, placement, qkvBias } = specification;
  const refuse = (field: Given<unknown>, what: string, instead: string): void =>
    report(
      blame(specification, [field], {
        code: 'SW112',
        message: `${what} of Swin V2 is not compiled yet`,
        help: `write ${instead}, as in Swin V1`,
      }),
    );
  if (attention.value === 'cosine') refuse(attention, 'the cosine attention', '`attention = dot`');
  if (position.value.kind === 'continuous') refuse(position, 'the continuous position bias', '`position = table`');
  if (placement.value === 'post') refuse(placement, 'the norm placement', '`norm.placement = pre`');
  if (qkvBias.value === 'q-v') refuse(qkvBias, 'the bias without keys', '`qkv.bias = on`');
};
