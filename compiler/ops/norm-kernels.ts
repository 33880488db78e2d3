/** Kernels that serve norms: one invocation a row on software adapters, lanes side by side on GPUs. */
import type { Candidate } from '../../runtime/plan.ts';
import type { Pair } from './attribute.ts';
import { everyClass, fixed, flag, forClasses, one, perImage } from './kernels.ts';
import { residualConstants } from './linear-kernels.ts';
import { type LoweringSite, lastDim, volume } from './op.ts';

type NormOperands = {
  readonly x: 'required';
  readonly weight: 'optional';
  readonly bias: 'optional';
  readonly residual: 'optional';
};
type AffineOperands = {
  readonly x: 'required';
  readonly scale: 'required';
  readonly shift: 'required';
  readonly residual: 'optional';
};

export const layerNormKernels = (
  site: LoweringSite<NormOperands, { readonly epsilon: number; readonly residual_roll: Pair }>,
): readonly Candidate[] => {
  const rows = volume(site.shape.dims.slice(0, -1));
  const constants = {
    ROWS: rows,
    K: lastDim(site.shape),
    EPSILON: site.attributes.epsilon,
    AFFINE: flag(site.operands.weight),
    ...residualConstants(site.shape, site.operands.residual, site.attributes.residual_roll),
  };
  const common = { constants, types: { Input: site.types.x, Output: site.type } };
  return [
    ...forClasses(['software'], { kernel: 'layer-norm-serial', ...common, workgroups: [perImage(rows, 16), one, one] }),
    ...forClasses(['gpu'], { kernel: 'layer-norm-workgroup', ...common, workgroups: [perImage(rows, 8), one, one] }),
  ];
};

export const affineKernels = (
  site: LoweringSite<AffineOperands, { readonly per: 'channel' | 'token'; readonly residual_roll: Pair }>,
): readonly Candidate[] => {
  const rows = volume(site.shape.dims.slice(0, -1));
  const columns = lastDim(site.shape);
  return forClasses(everyClass, {
    kernel: 'affine',
    constants: {
      ROWS: rows,
      K: columns,
      PER: site.attributes.per === 'channel' ? 0 : 1,
      ...residualConstants(site.shape, site.operands.residual, site.attributes.residual_roll),
    },
    types: { Input: site.types.x, Output: site.type },
    workgroups: [fixed(columns, 16), perImage(rows, 4), one],
  });
};
