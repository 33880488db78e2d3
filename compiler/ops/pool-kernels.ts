/** Kernels that serve `pool`: on GPUs lanes side by side share the statistics of tokens. */
import type { Candidate } from '../../runtime/plan.ts';
import { everyClass, fixed, forClasses, one, perImage } from './kernels.ts';
import { type Normalisation, normaliseNumbers } from './normalisation.ts';
import { type LoweringSite, lastDim, volume } from './op.ts';

type PoolOperands = { readonly x: 'required'; readonly rows: 'optional' };

export const poolKernels = (site: LoweringSite<PoolOperands, Normalisation>): readonly Candidate[] => {
  const { x } = site.operands;
  const { normalise, epsilon } = site.attributes;
  const channels = lastDim(x);
  const sizes = { ROWS: volume(x.dims.slice(0, -1)), K: channels, EPSILON: epsilon };
  const types = { Input: site.types.x, Output: site.type };
  const across = (tile: number) => [fixed(channels, tile), perImage(1, 1), one] as const;
  const pool = {
    kernel: 'pool',
    constants: { ...sizes, NORMALISE: normaliseNumbers[normalise] },
    types,
    workgroups: across(32),
  } as const;
  if (normalise !== 'row') return forClasses(everyClass, pool);
  const workgroup = { kernel: 'pool-workgroup', constants: sizes, types, workgroups: across(256) } as const;
  return [...forClasses(['software'], pool), ...forClasses(['gpu'], workgroup)];
};
