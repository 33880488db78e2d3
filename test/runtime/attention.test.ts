/** Window attention against the reference: gather, scatter, padding, regions, bias, and windows of every size. */

import { test } from 'uvu';
import type { ElementType } from '../../runtime/plan.ts';
import { type AttentionInputs, windowAttention } from './attention-reference.ts';
import {
  adapterSubgroupSize,
  check,
  hasHalves,
  hasMatrixUnits,
  isLavapipe,
  isSoftware,
  randomValues,
  rounded,
} from './check.ts';
import { emulateMatrices } from './matrix-emulation.ts';
import type { Constants } from './reference.ts';

/** Where matrix units are emulated, on software adapters, less memory is shared. */
const subgroups = hasMatrixUnits ? 4 : 2;

const matrixKernels: readonly AttentionKernel[] = [
  {
    name: 'window-attention-matrix',
    tile: 16 * subgroups,
    constants: { SUBGROUPS: subgroups },
    widest: 48,
    isForMatrices: true,
  },
  {
    name: 'window-attention-split-matrix',
    tile: 16,
    constants: { SUBGROUPS: subgroups },
    widest: 48,
    mostTokens: 64 * subgroups,
    isForMatrices: true,
  },
];

/** Those that adapters of this kind get. */
const kernels: readonly AttentionKernel[] = [
  ...(hasHalves ? matrixKernels : []),
  ...(adapterSubgroupSize === undefined
    ? []
    : [
        subgroupKernel(adapterSubgroupSize),
        { name: 'window-attention-quad', tile: 8, widest: 32, isSized: true as const },
      ]),
  ...(isSoftware ? [{ name: 'window-attention-register', tile: 32, widest: 1024 }] : []),
  tileKernel(64, 1),
  tileKernel(64, 4),
  tileKernel(16, 4),
];

interface AttentionKernel {
  readonly name: string;
  /** Queries of a workgroup. */
  readonly tile: number;
  readonly constants?: Constants;
  /** The widest head that it takes, and the most tokens of a window, if not any. */
  readonly widest: number;
  readonly mostTokens?: number;
  /** Whether it takes the grid from a uniform, and so is told apart whether windows pad it. */
  readonly isSized?: true;
  /** Another shape of a kernel that takes all samples: compiling them costs software adapters seconds each. */
  readonly isVariant?: true;
  /** Whether it multiplies f16 alone, in heads of whole matrices: samples whose head does not matter get heads of 16. */
  readonly isForMatrices?: true;
}

function subgroupKernel(size: number): AttentionKernel {
  return {
    name: 'window-attention-subgroup',
    tile: 2 * size,
    constants: { SUBGROUP: size },
    widest: 32,
    isSized: true,
  };
}

function tileKernel(queries: number, parts: number): AttentionKernel {
  return {
    name: 'window-attention-tile',
    tile: queries,
    constants: { QUERIES: queries, PARTS: parts },
    widest: 256,
    ...(parts === 1 ? {} : { isVariant: true }),
  };
}

interface Grid {
  readonly size: readonly [number, number];
  readonly window: readonly [number, number];
  /** The padded grid, where it is not the grid itself. */
  readonly padded?: readonly [number, number];
  readonly modulus?: readonly [number, number];
  readonly shift?: readonly [number, number];
  readonly gather?: readonly [number, number];
  readonly scatter?: readonly [number, number];
  readonly heads?: number;
  readonly dimension?: number;
}

/** By default a shift gathers and scatters by itself; the roll of a shift s is by -s, which gathers modulus - s. */
function constantsOf(grid: Grid): Constants {
  const { size, window, padded = size, shift = [0, 0], heads = 2, dimension = 8 } = grid;
  const modulus = grid.modulus ?? padded;
  const back = [(modulus[0] - shift[0]) % modulus[0], (modulus[1] - shift[1]) % modulus[1]] as const;
  const gather = grid.gather ?? back;
  const scatter = grid.scatter ?? shift;
  return {
    HEIGHT: size[0],
    WIDTH: size[1],
    PADDED_HEIGHT: padded[0],
    PADDED_WIDTH: padded[1],
    MODULUS_HEIGHT: modulus[0],
    MODULUS_WIDTH: modulus[1],
    WINDOW_HEIGHT: window[0],
    WINDOW_WIDTH: window[1],
    GATHER_HEIGHT: gather[0],
    GATHER_WIDTH: gather[1],
    SCATTER_HEIGHT: scatter[0],
    SCATTER_WIDTH: scatter[1],
    MASK_HEIGHT: shift[0],
    MASK_WIDTH: shift[1],
    HEADS: heads,
    HEAD_DIMENSION: dimension,
    SCALE: dimension ** -0.5,
    BIAS: 1,
    FILL: 1,
  };
}

interface Sample {
  readonly title: string;
  readonly grid: Grid;
  readonly batch?: number;
  readonly changes?: Constants;
  /** Whether it runs in f16 too, where the adapter has that. */
  readonly halves?: true;
  /** Whether variants take it too: in f16 if `halves`, else in f32. */
  readonly variants?: true;
}

const samples: readonly Sample[] = [
  { title: 'no shift', grid: { size: [8, 8], window: [4, 4] } },
  {
    title: 'neither bias nor scale',
    grid: { size: [4, 4], window: [2, 2] },
    changes: { BIAS: 0, SCALE: 1 },
    variants: true,
  },
  {
    title: 'a window of 49 tokens, shifted',
    grid: { size: [14, 14], window: [7, 7], shift: [3, 3] },
    batch: 2,
    halves: true,
    variants: true,
  },
  {
    title: 'a rectangular window, shifted one way',
    grid: { size: [6, 15], window: [3, 5], shift: [0, 2] },
    halves: true,
  },
  { title: 'a window of 196 tokens', grid: { size: [14, 14], window: [14, 14], heads: 1 } },
  {
    title: 'heads of 4',
    grid: { size: [6, 6], window: [3, 3], shift: [1, 1], dimension: 4, heads: 3 },
    variants: true,
  },
  { title: 'heads of 20', grid: { size: [4, 6], window: [2, 3], dimension: 20 } },
  { title: 'heads of 32', grid: { size: [14, 7], window: [7, 7], shift: [3, 0], dimension: 32 } },
  { title: 'heads of 40', grid: { size: [5, 5], window: [5, 5], dimension: 40 } },
  { title: 'heads of 64', grid: { size: [8, 4], window: [4, 4], shift: [2, 0], dimension: 64 } },
  { title: 'heads of 128', grid: { size: [3, 3], window: [3, 3], dimension: 128, heads: 1 } },
  {
    title: 'padding, then the roll',
    grid: { size: [9, 11], padded: [14, 14], window: [7, 7], shift: [3, 3] },
    batch: 2,
  },
  {
    title: 'the roll, then padding',
    grid: { size: [9, 11], padded: [14, 14], modulus: [9, 11], window: [7, 7], shift: [3, 3] },
  },
  { title: 'padding of zeros', grid: { size: [5, 6], padded: [6, 6], window: [3, 3] }, changes: { FILL: 0 } },
  { title: 'a roll that is never undone', grid: { size: [6, 6], window: [3, 3], gather: [2, 1], scatter: [0, 0] } },
  { title: 'a shift without a mask', grid: { size: [6, 6], window: [3, 3], gather: [5, 5], scatter: [1, 1] } },
  { title: 'cosine, shifted', grid: { size: [14, 14], window: [7, 7], shift: [3, 3] }, changes: { COSINE: 1 } },
  { title: 'cosine, heads of 32', grid: { size: [8, 8], window: [8, 8], dimension: 32 }, changes: { COSINE: 1 } },
  {
    title: 'cosine over padding of zeros, which have no direction',
    grid: { size: [5, 6], padded: [6, 6], window: [3, 3] },
    changes: { COSINE: 1, FILL: 0, BIAS: 0 },
  },
  {
    title: 'cosine over padding that is filled',
    grid: { size: [9, 11], padded: [12, 12], modulus: [9, 11], window: [4, 4], shift: [2, 2] },
    changes: { COSINE: 1 },
    batch: 2,
    halves: true,
    variants: true,
  },
];

/** A scale of 100 turns the last digit of a cosine into a part in 1e5 of its exponential. */
function toleranceOf(type: ElementType, { COSINE = 0 }: Constants): number {
  if (type === 'f16') return 1e-3;
  return COSINE === 1 ? 2e-5 : 3e-6;
}

async function run(kernel: AttentionKernel, sample: Sample, type: ElementType): Promise<void> {
  const { batch = 1 } = sample;
  const grid = kernel.isForMatrices ? { dimension: 16, ...sample.grid } : sample.grid;
  const pads: Constants = kernel.isSized ? { PADS: Number(grid.padded !== undefined) } : {};
  const { COSINE, ...plain } = { ...constantsOf(grid), ...sample.changes, ...kernel.constants, ...pads };
  const constants: Constants = kernel.isForMatrices ? plain : { COSINE: COSINE ?? 0, ...plain };
  const { size, window, padded = size, heads = 2, dimension = 8 } = grid;
  const channels = heads * dimension;
  const inputs = {
    x: rounded(randomValues(batch * size[0] * size[1] * 3 * channels, 1, 2), type),
    table: randomValues(heads * (2 * window[0] - 1) * (2 * window[1] - 1), 2, 2),
    fill: randomValues(3 * channels, 3, 2),
    scale: randomValues(heads, 4, 45).map((value) => 55 + value),
  } satisfies AttentionInputs & Record<string, Float32Array>;
  const windows = (padded[0] / window[0]) * (padded[1] / window[1]);
  await check({
    kernel: kernel.name,
    constants,
    batch,
    types: { Input: type, Output: type },
    inputs,
    halves: type === 'f16' ? ['x'] : [],
    workgroups: [Math.ceil((window[0] * window[1]) / kernel.tile), windows * batch, heads],
    expected: windowAttention(constants, batch, inputs),
    tolerance: toleranceOf(type, constants),
    rewrite: kernel.isForMatrices && !hasMatrixUnits ? emulateMatrices : undefined,
  });
}

/** lavapipe takes ten seconds and more to compile the loops of heads of 32, which a GPU unrolls; SwiftShader tests those. */
const isSlow = (kernel: AttentionKernel, { grid }: Sample) =>
  kernel.name === 'window-attention-tile' && (grid.dimension ?? 0) >= 32 && isLavapipe;

function typesOf(kernel: AttentionKernel, sample: Sample): readonly ElementType[] {
  if ((sample.grid.dimension ?? 0) > kernel.widest || isSlow(kernel, sample)) return [];
  if (kernel.isForMatrices) {
    const { dimension = 16, window } = sample.grid;
    const tokens = window[0] * window[1];
    const fits = dimension % 16 === 0 && tokens <= (kernel.mostTokens ?? tokens) && !sample.changes?.['COSINE'];
    return fits ? ['f16'] : [];
  }
  const halves = hasHalves && sample.halves === true;
  if (kernel.isVariant && !sample.variants) return [];
  if (kernel.isVariant) return halves ? ['f16'] : sample.halves ? [] : ['f32'];
  return halves ? ['f32', 'f16'] : ['f32'];
}

for (const kernel of kernels) {
  const { QUERIES, PARTS } = kernel.constants ?? {};
  const name = kernel.isVariant ? `${kernel.name} of ${QUERIES} queries in ${PARTS} parts` : kernel.name;
  for (const sample of samples) {
    for (const type of typesOf(kernel, sample)) {
      test(`${name} in ${type}: ${sample.title}`, () => run(kernel, sample, type));
    }
  }
}

test.run();
