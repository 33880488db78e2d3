/** Kernels that serve `linear`: register tiles for software adapters, workgroup tiles for GPUs, scalars for odd sizes. */
import type { Candidate } from '../../runtime/plan.ts';
import { type ActivationKind, activationKinds } from './activation-kinds.ts';
import type { Pair } from './attribute.ts';
import {
  everyClass,
  fixed,
  flag,
  forClasses,
  matrixUnitsWith,
  one,
  pairConstants,
  perImage,
  subgroupSizes,
  subgroupsOf,
  wrapped,
} from './kernels.ts';
import { type Normalisation, normaliseNumbers } from './normalisation.ts';
import { type LoweringSite, lastDim, type Shape, volume } from './op.ts';

type LinearOperands = {
  readonly x: 'required';
  readonly weight: 'required';
  readonly bias: 'optional';
  readonly rows: 'optional';
  readonly residual: 'optional';
};

interface LinearKernelAttributes extends Normalisation {
  readonly gather: 'rows' | 'merge' | 'patch';
  readonly patch: Pair;
  readonly roll: Pair;
  readonly activation: ActivationKind;
  readonly residual_roll: Pair;
}

export const sourceNumbers = { rows: 0, merge: 1, patch: 2 } as const;

/** Height, width and channels of x; a pooled vector is a map of one token. */
export const gridOf = (x: Shape, gather: 'rows' | 'merge' | 'patch'): { grid: Pair; channels: number } => {
  const [first = 1, second = 1, third = 1] = x.dims;
  if (gather === 'patch') return { grid: [second, third], channels: first };
  return x.dims.length === 3 ? { grid: [first, second], channels: third } : { grid: [1, 1], channels: lastDim(x) };
};

/** How a kernel adds a residual to its rows: each from where a roll put it. */
export const residualConstants = (output: Shape, residual: Shape | undefined, by: Pair): Record<string, number> => {
  const { grid } = gridOf(output, 'rows');
  return {
    RESIDUAL: flag(residual),
    ...pairConstants('RESIDUAL_ROLL', wrapped(by, grid)),
    ...pairConstants('OUTPUT', grid),
  };
};

const constantsOf = (site: LoweringSite<LinearOperands, LinearKernelAttributes>): Record<string, number> => {
  const { operands, attributes, shape } = site;
  const { grid, channels } = gridOf(operands.x, attributes.gather);
  return {
    ROWS: volume(shape.dims.slice(0, -1)),
    K: operands.weight.dims[0] ?? 0,
    N: lastDim(shape),
    SOURCE: sourceNumbers[attributes.gather],
    HEIGHT: grid[0],
    WIDTH: grid[1],
    CHANNELS: channels,
    ...pairConstants('PATCH', attributes.patch),
    ...pairConstants('ROLL', wrapped(attributes.roll, grid)),
    NORMALISE: normaliseNumbers[attributes.normalise],
    EPSILON: attributes.epsilon,
    BIAS: flag(operands.bias),
    ACTIVATION: activationKinds.indexOf(attributes.activation),
    ...residualConstants(shape, operands.residual, attributes.residual_roll),
  };
};

/** Values of A that stand side by side in memory; kernels that read four at a time want whole fours. */
const runOf = ({ operands, attributes }: LoweringSite<LinearOperands, LinearKernelAttributes>): number => {
  if (attributes.gather === 'patch') return attributes.patch[1];
  return gridOf(operands.x, attributes.gather).channels;
};

interface Tile {
  /** Invocations along columns, rows and K, and how much of K a tile holds. */
  readonly ACROSS: number;
  readonly DOWN: number;
  readonly SLICES: number;
  readonly DEPTH: number;
}

/**
 * Tiles of linear-tile, 128 x 64, 64 x 64, 32 x 32 and 16 x 32 rows by columns, each with the workgroups from which it
 * keeps a GPU busy. They are from what is known of GPUs with about a hundred cores, not measured.
 */
const tiles: readonly (readonly [tile: Tile, leastWorkgroups?: number])[] = [
  [{ ACROSS: 16, DOWN: 16, SLICES: 1, DEPTH: 8 }, 512],
  [{ ACROSS: 16, DOWN: 8, SLICES: 1, DEPTH: 16 }, 256],
  [{ ACROSS: 8, DOWN: 4, SLICES: 8, DEPTH: 32 }, 96],
  [{ ACROSS: 8, DOWN: 2, SLICES: 8, DEPTH: 32 }],
];

type Common = Pick<Candidate, 'constants' | 'types'>;

const tileKernels = ({ constants, types }: Common, rows: number, columns: number): readonly Candidate[] =>
  tiles.flatMap(([tile, leastWorkgroups]) => {
    const workgroups = [fixed(columns, 4 * tile.ACROSS), perImage(rows, 8 * tile.DOWN), one] as const;
    const candidate = { kernel: 'linear-tile', constants: { ...constants, ...tile }, types, workgroups };
    return forClasses(['gpu'], leastWorkgroups === undefined ? candidate : { ...candidate, leastWorkgroups });
  });

/**
 * Rows that an invocation of linear-quad loads. Seven fit the images of 224 pixels and take a ninth less time a row than
 * four (`npx tsx test/bench/kernels.ts linear-quad`), but more rows may be beyond the last.
 */
const quadParts = [
  { parts: 7, timePerRow: 8 },
  { parts: 4, timePerRow: 9 },
] as const;

const quadKernels = ({ constants, types }: Common, rows: number, columns: number): readonly Candidate[] => {
  const time = ({ parts, timePerRow }: (typeof quadParts)[number]): number =>
    Math.ceil(rows / (4 * parts)) * parts * timePerRow;
  return quadParts
    .toSorted((left, right) => time(left) - time(right))
    .flatMap(({ parts }) => {
      const workgroups = [fixed(columns, 32), perImage(rows, 4 * parts), one] as const;
      const candidate = { kernel: 'linear-quad', constants: { ...constants, PARTS: parts }, types, workgroups };
      return forClasses(['software'], candidate, subgroupsOf(4));
    });
};

interface MatrixTile {
  /** Subgroups that cover the outputs of a workgroup, those of them side by side, and how many times they divide K. */
  readonly SPOTS: number;
  readonly ACROSS: number;
  readonly SLICES: number;
  /** Matrices of a subgroup, and how much of K a tile holds. */
  readonly BELOW: number;
  readonly BESIDE: number;
  readonly DEPTH: number;
  /** How many tiles before its turn what a tile needs is loaded. */
  readonly AHEAD: 1 | 2;
}

/**
 * Tiles of linear-matrix, 128 x 128 to 16 x 32 rows by columns, each with the workgroups from which it keeps a GPU busy:
 * as an H200 is busy, which has 132 cores. Behind the smallest, which always does, are those that only `swinc tune` finds.
 */
export const matrixTiles: readonly (readonly [tile: MatrixTile, leastWorkgroups?: number])[] = [
  [{ SPOTS: 8, ACROSS: 4, SLICES: 1, BELOW: 4, BESIDE: 2, DEPTH: 32, AHEAD: 1 }, 264],
  [{ SPOTS: 8, ACROSS: 2, SLICES: 1, BELOW: 2, BESIDE: 3, DEPTH: 32, AHEAD: 1 }, 96],
  [{ SPOTS: 8, ACROSS: 2, SLICES: 1, BELOW: 2, BESIDE: 2, DEPTH: 32, AHEAD: 1 }, 120],
  [{ SPOTS: 4, ACROSS: 2, SLICES: 2, BELOW: 2, BESIDE: 2, DEPTH: 64, AHEAD: 2 }, 90],
  [{ SPOTS: 2, ACROSS: 2, SLICES: 2, BELOW: 2, BESIDE: 2, DEPTH: 64, AHEAD: 2 }, 60],
  [{ SPOTS: 2, ACROSS: 2, SLICES: 4, BELOW: 2, BESIDE: 1, DEPTH: 128, AHEAD: 2 }, 60],
  [{ SPOTS: 2, ACROSS: 2, SLICES: 4, BELOW: 1, BESIDE: 1, DEPTH: 128, AHEAD: 2 }],
  [{ SPOTS: 4, ACROSS: 2, SLICES: 1, BELOW: 2, BESIDE: 2, DEPTH: 32, AHEAD: 2 }],
  [{ SPOTS: 2, ACROSS: 2, SLICES: 2, BELOW: 2, BESIDE: 3, DEPTH: 64, AHEAD: 2 }],
];

const columnsOf = ({ ACROSS, BESIDE }: MatrixTile): number => 16 * BESIDE * ACROSS;

/** Of the tiles for many rows, those first that the columns fill. */
const byFilling = (columns: number): typeof matrixTiles => {
  const isLarge = ([tile]: (typeof matrixTiles)[number]): boolean => tile.SPOTS === 8;
  const fits = ([tile]: (typeof matrixTiles)[number]): boolean => columns % columnsOf(tile) === 0;
  const large = matrixTiles.filter(isLarge);
  return [
    ...large.filter(fits),
    ...large.filter((tile) => !fits(tile)),
    ...matrixTiles.filter((tile) => !isLarge(tile)),
  ];
};

/** Bytes of a vec4 of f16, and of a row of the tiles as linear-matrix pads it. */
const quadBytes = 8;
const paddedQuads = (length: number): number => length / 4 + 2;

/** What linear-matrix keeps in workgroup memory: two tiles of each kind, and a scale a row. */
const matrixBytes = ({ SPOTS, ACROSS, BELOW, BESIDE, DEPTH }: MatrixTile): number => {
  const rows = (16 * BELOW * SPOTS) / ACROSS;
  return 2 * quadBytes * (rows * paddedQuads(DEPTH) + DEPTH * paddedQuads(16 * BESIDE * ACROSS)) + 4 * rows;
};

/** For matrix units, which multiply what is f16. */
const matrixKernels = ({ constants, types }: Common, rows: number, columns: number): readonly Candidate[] =>
  types['Weight'] !== 'f16'
    ? []
    : byFilling(columns).flatMap(([tile, leastWorkgroups]) => {
        const workgroups = [
          fixed(columns, columnsOf(tile)),
          perImage(rows, (16 * tile.BELOW * tile.SPOTS) / tile.ACROSS),
          one,
        ] as const;
        const candidate = { kernel: 'linear-matrix', constants: { ...constants, ...tile }, types, workgroups };
        const busy = leastWorkgroups === undefined ? candidate : { ...candidate, leastWorkgroups };
        return forClasses(['gpu-matrix'], busy, matrixUnitsWith(matrixBytes(tile)));
      });

/** Here `weight` is already transposed: [K, N]. */
export const linearKernels = (site: LoweringSite<LinearOperands, LinearKernelAttributes>): readonly Candidate[] => {
  const constants = constantsOf(site);
  const rows = volume(site.shape.dims.slice(0, -1));
  const columns = lastDim(site.shape);
  const types = { Input: site.types.x, Weight: site.types.weight, Output: site.type };
  const common = { constants, types };
  const any = { kernel: 'linear-any', ...common, workgroups: [fixed(columns, 16), perImage(rows, 4), one] } as const;
  if (columns % 4 !== 0) return forClasses(everyClass, any);
  const register = {
    kernel: 'linear-register',
    ...common,
    workgroups: [fixed(columns, 32), perImage(rows, 32), one],
  } as const;
  return [
    ...(runOf(site) % 4 === 0 ? quadKernels(common, rows, columns) : []),
    ...subgroupSizes.flatMap((size) => {
      const workgroups = [fixed(columns, 8 * size), perImage(rows, 16), one] as const;
      const subgroup = {
        ...common,
        kernel: 'linear-subgroup',
        constants: { ...constants, SUBGROUP: size },
        workgroups,
      };
      return forClasses(['software'], subgroup, subgroupsOf(size));
    }),
    ...forClasses(['software'], register),
    ...(runOf(site) % 4 === 0
      ? [...tileKernels(common, rows, columns), ...matrixKernels(common, rows, columns)]
      : forClasses(['gpu'], any)),
  ];
};
