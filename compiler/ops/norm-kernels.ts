/** Kernels that serve norms: one invocation a row on software adapters, lanes side by side on GPUs. */
import type { Candidate } from '../../runtime/plan.ts';
import type { Pair } from './attribute.ts';
import { everyClass, fixed, flag, forClasses, one, pairConstants, perImage, wrapped } from './kernels.ts';
import { gridOf, residualConstants, sourceNumbers } from './linear-kernels.ts';
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
type RowOperands = { readonly x: 'required' };

const byClass = (
  kernel: 'layer-norm' | 'row-statistics',
  rows: number,
  common: Pick<Candidate, 'constants' | 'types'>,
): readonly Candidate[] => [
  ...forClasses(['software'], { kernel: `${kernel}-serial`, ...common, workgroups: [perImage(rows, 16), one, one] }),
  ...forClasses(['gpu'], { kernel: `${kernel}-workgroup`, ...common, workgroups: [perImage(rows, 8), one, one] }),
];

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
  return byClass('layer-norm', rows, { constants, types: { Input: site.types.x, Output: site.type } });
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

export const rowStatisticsKernels = (
  site: LoweringSite<RowOperands, { readonly epsilon: number; readonly gather: 'rows' | 'merge'; readonly roll: Pair }>,
): readonly Candidate[] => {
  const { gather, roll, epsilon } = site.attributes;
  const { grid, channels } = gridOf(site.operands.x, gather);
  const rows = volume(site.shape.dims.slice(0, -1));
  const constants = {
    ROWS: rows,
    K: gather === 'merge' ? 4 * channels : channels,
    SOURCE: sourceNumbers[gather],
    HEIGHT: grid[0],
    WIDTH: grid[1],
    CHANNELS: channels,
    ...pairConstants('ROLL', wrapped(roll, grid)),
    EPSILON: epsilon,
  };
  return byClass('row-statistics', rows, { constants, types: { Input: site.types.x } });
};
