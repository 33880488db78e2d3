/** The kernels that serve ops by themselves which passes otherwise fuse away: with passes switched off, they run. */
import type { Candidate } from '../../runtime/plan.ts';
import { type ActivationKind, activationKinds } from './activation-kinds.ts';
import type { Pair } from './attribute.ts';
import { everyClass, fixed, flag, forClasses, one, pairConstants, perImage, wrapped } from './kernels.ts';
import { gridOf } from './linear-kernels.ts';
import { type LoweringSite, lastDim, mapOf, type Shape, volume } from './op.ts';

/** One invocation an element of the result. */
const byElement = (
  kernel: string,
  shape: Shape,
  { constants = {}, types }: Partial<Pick<Candidate, 'constants'>> & Pick<Candidate, 'types'>,
): readonly Candidate[] => {
  const rows = volume(shape.dims.slice(0, -1));
  const columns = lastDim(shape);
  return forClasses(everyClass, {
    kernel,
    constants: { ROWS: rows, K: columns, ...constants },
    types,
    workgroups: [fixed(columns, 16), perImage(rows, 4), one],
  });
};

const moves = ['roll', 'pad', 'partition', 'merge', 'patch-merge', 'patch-unfold'] as const;

type Moved = { readonly x: 'required'; readonly fill: 'optional' };
type MoveSite = Pick<LoweringSite<Moved, unknown>, 'operands' | 'types' | 'shape' | 'type'>;

interface Move {
  readonly kind: (typeof moves)[number];
  /** The grid whose tokens move: that of x, but of the result where windows are laid back. */
  readonly grid: Pair;
  readonly channels: number;
  readonly by?: Pair;
  /** Of a window or a patch. */
  readonly tile?: Pair;
}

const move = (site: MoveSite, { kind, grid, channels, by = [0, 0], tile = [1, 1] }: Move): readonly Candidate[] =>
  byElement('move', site.shape, {
    constants: {
      MOVE: moves.indexOf(kind),
      HEIGHT: grid[0],
      WIDTH: grid[1],
      CHANNELS: channels,
      OUTPUT_WIDTH: site.shape.dims[1] ?? 1,
      ...pairConstants('ROLL', wrapped(by, grid)),
      ...pairConstants('TILE', tile),
      FILL: flag(site.operands.fill),
    },
    types: { Input: site.types.x, Output: site.type },
  });

const ofMap = (x: Shape): Pick<Move, 'grid' | 'channels'> => {
  const { height, width, channels } = mapOf(x, 'a move');
  return { grid: [height, width], channels };
};

type Plain = { readonly x: 'required' };

export const rollKernels = (site: LoweringSite<Plain, { readonly by: Pair }>): readonly Candidate[] =>
  move(site, { kind: 'roll', ...ofMap(site.operands.x), by: site.attributes.by });

/** To a larger grid or a smaller one. */
export const resizeKernels = (site: MoveSite): readonly Candidate[] =>
  move(site, { kind: 'pad', ...ofMap(site.operands.x) });

export const partitionKernels = (site: LoweringSite<Plain, { readonly window: Pair }>): readonly Candidate[] =>
  move(site, { kind: 'partition', ...ofMap(site.operands.x), tile: site.attributes.window });

export const mergeKernels = (
  site: LoweringSite<Plain, { readonly window: Pair; readonly grid: Pair }>,
): readonly Candidate[] => {
  const { window, grid } = site.attributes;
  return move(site, { kind: 'merge', grid, channels: lastDim(site.shape), tile: window });
};

export const patchMergeKernels = (site: MoveSite): readonly Candidate[] =>
  move(site, { kind: 'patch-merge', ...ofMap(site.operands.x) });

export const patchUnfoldKernels = (site: LoweringSite<Plain, { readonly patch: Pair }>): readonly Candidate[] =>
  move(site, { kind: 'patch-unfold', ...gridOf(site.operands.x, 'patch'), tile: site.attributes.patch });

export const addKernels = ({
  types,
  shape,
  type,
}: LoweringSite<{ readonly a: 'required'; readonly b: 'required' }, unknown>): readonly Candidate[] =>
  byElement('add', shape, { types: { First: types.a, Second: types.b, Output: type } });

export const activationKernels = ({
  types,
  shape,
  type,
  attributes,
}: LoweringSite<Plain, { readonly kind: ActivationKind }>): readonly Candidate[] =>
  byElement('activation', shape, {
    constants: { ACTIVATION: activationKinds.indexOf(attributes.kind) },
    types: { Input: types.x, Output: type },
  });

type BatchNormOperands = Readonly<Record<'x' | 'weight' | 'bias' | 'mean' | 'variance', 'required'>>;

export const batchNormKernels = ({
  types,
  shape,
  type,
  attributes,
}: LoweringSite<
  BatchNormOperands,
  { readonly epsilon: number; readonly per: 'channel' | 'token' }
>): readonly Candidate[] =>
  byElement('batch-norm', shape, {
    constants: { PER: attributes.per === 'channel' ? 0 : 1, EPSILON: attributes.epsilon },
    types: { Input: types.x, Output: type },
  });
