/** The kernel that serves `pool`. */
import type { Candidate } from '../../runtime/plan.ts';
import { everyClass, fixed, forClasses, one, perImage } from './kernels.ts';
import { normaliseNumber } from './linear-kernels.ts';
import { type LoweringSite, lastDim, volume } from './op.ts';

type PoolOperands = { readonly x: 'required'; readonly rows: 'optional' };

export const poolKernels = (
  site: LoweringSite<PoolOperands, { readonly per: 'row' | 'token' }>,
): readonly Candidate[] => {
  const { x, rows } = site.operands;
  const channels = lastDim(x);
  return forClasses(everyClass, {
    kernel: 'pool',
    constants: {
      ROWS: volume(x.dims.slice(0, -1)),
      K: channels,
      NORMALISE: normaliseNumber(rows, site.attributes.per),
    },
    types: { Input: site.types.x, Output: site.type },
    workgroups: [fixed(channels, 32), perImage(1, 1), one],
  });
};
