/** What a model needs of its Python module: the rest is left out of the text. */
import type { Model, Norm, Size } from '../../model/model.ts';

export interface Traits {
  readonly attention: Model['attention'];
  readonly qkvBias: Model['qkvBias'];
  readonly position: 'table' | 'continuous' | 'none';
  /** Whether some stage's position network counts offsets in other windows than its own. */
  readonly spans: boolean;
  readonly normPlacement: Model['normPlacement'];
  readonly shifts: boolean;
  /** Where zeros complete the grid of some block; undefined where windows divide every grid. */
  readonly pad: 'before-shift' | 'after-shift' | undefined;
  readonly mergesOddGrids: boolean;
  readonly merges: boolean;
  readonly tokenNorm: boolean;
  readonly channelNorm: boolean;
  /** Norms of the blocks: whether some or all of them have weights. */
  readonly blockNorms: 'all' | 'some' | 'none';
}

const isShifted = ({ height, width }: Size): boolean => height > 0 || width > 0;
const divides = (window: Size, grid: Size): boolean =>
  grid.height % window.height === 0 && grid.width % window.width === 0;

const normsOf = (model: Model): readonly Norm[] => {
  const merging = model.stages.length > 1 ? [model.mergeNorm] : [];
  const features = model.features.length > 0 ? [model.featuresNorm] : [];
  return [model.patchNorm, model.finalNorm, ...merging, ...features, ...model.stages.map(({ norm }) => norm)];
};

const shareOf = (norms: readonly Norm[]): Traits['blockNorms'] => {
  const trained = norms.filter(({ kind }) => kind !== 'none').length;
  if (trained === 0) return 'none';
  return trained === norms.length ? 'all' : 'some';
};

export const traitsOf = (model: Model): Traits => {
  const { stages, attention, qkvBias, normPlacement } = model;
  const norms = normsOf(model);
  const hasNorm = (per: 'channel' | 'token'): boolean =>
    norms.some((norm) => norm.kind === 'batch' && norm.per === per);
  const merged = stages.slice(0, -1);
  return {
    attention,
    qkvBias,
    position: stages[0]?.position.kind ?? 'none',
    spans: stages.some(({ position }) => position.kind === 'continuous' && position.span !== undefined),
    normPlacement,
    shifts: stages.some(({ blocks }) => blocks.some(({ shift }) => isShifted(shift))),
    pad: padding(model),
    mergesOddGrids: merged.some(({ grid }) => grid.height % 2 === 1 || grid.width % 2 === 1),
    merges: merged.length > 0,
    tokenNorm: hasNorm('token'),
    channelNorm: hasNorm('channel'),
    blockNorms: shareOf(stages.map(({ norm }) => norm)),
  };
};

const padding = ({ stages, pad }: Model): Traits['pad'] => {
  const isPadded = stages.some(({ grid, blocks }) => blocks.some(({ window }) => !divides(window, grid)));
  return isPadded && pad !== 'error' ? pad : undefined;
};
