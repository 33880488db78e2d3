/** The linear kernels against the reference: every source, edge and epilogue. */

import { test } from 'uvu';
import { matrixTiles } from '../../compiler/ops/linear-kernels.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { adapterSubgroupSize, check, hasHalves, hasMatrixUnits, randomValues, rounded } from './check.ts';
import { emulateMatrices } from './matrix-emulation.ts';
import { type Constants, linear } from './reference.ts';

interface LinearKernel {
  readonly name: string;
  readonly constants?: Constants;
  /** Columns and rows of a workgroup. */
  readonly tile: readonly [number, number];
  readonly takesAnyShape: boolean;
  /** Another tile of a kernel that takes all samples: compiling them costs software adapters seconds each. */
  readonly isVariant?: true;
  /** Whether it multiplies f16 alone. */
  readonly isForHalves?: true;
}

/** Of the kernel for matrix units, where they are emulated: one for rows that share K, and one that loads two tiles ahead. */
const emulatedTiles = [
  { SPOTS: 2, ACROSS: 2, SLICES: 2, BELOW: 2, BESIDE: 1, DEPTH: 32, AHEAD: 1 },
  { SPOTS: 2, ACROSS: 1, SLICES: 1, BELOW: 1, BESIDE: 3, DEPTH: 16, AHEAD: 2 },
] as const;

const kernels: readonly LinearKernel[] = [
  ...(adapterSubgroupSize === undefined
    ? []
    : [
        {
          name: 'linear-subgroup',
          constants: { SUBGROUP: adapterSubgroupSize },
          tile: [8 * adapterSubgroupSize, 16] as const,
          takesAnyShape: false,
        },
      ]),
  ...(adapterSubgroupSize === undefined
    ? []
    : [
        { name: 'linear-quad', tile: [32, 16] as const, takesAnyShape: false },
        {
          name: 'linear-quad',
          constants: { PARTS: 7 },
          tile: [32, 28] as const,
          takesAnyShape: false,
          isVariant: true as const,
        },
      ]),
  { name: 'linear-register', tile: [32, 32], takesAnyShape: false },
  { name: 'linear-tile', tile: [64, 64], takesAnyShape: false },
  ...[
    { ACROSS: 16, DOWN: 16, SLICES: 1, DEPTH: 8 },
    { ACROSS: 8, DOWN: 4, SLICES: 8, DEPTH: 32 },
    { ACROSS: 8, DOWN: 2, SLICES: 8, DEPTH: 32 },
  ].map((constants) => ({
    name: 'linear-tile',
    constants,
    tile: [4 * constants.ACROSS, 8 * constants.DOWN] as const,
    takesAnyShape: false,
    isVariant: true as const,
  })),
  ...(hasMatrixUnits ? matrixTiles.map(([tile]) => tile) : emulatedTiles).map((tile) => ({
    name: 'linear-matrix',
    constants: { ...tile },
    tile: [16 * tile.BESIDE * tile.ACROSS, (16 * tile.BELOW * tile.SPOTS) / tile.ACROSS] as const,
    takesAnyShape: false,
    isForHalves: true as const,
  })),
  { name: 'linear-any', tile: [16, 4], takesAnyShape: true },
];

interface Sample {
  readonly title: string;
  readonly constants: Constants;
  readonly batch?: number;
  /** Elements of x for one image, where they are not ROWS x K. */
  readonly imageLength?: number;
  /** Whether only the kernel for any shape takes it. */
  readonly odd?: true;
  /** What x is made of, from numbers in [-3, 3). */
  readonly image?: (value: number, index: number) => number;
  readonly tolerance?: Readonly<Record<ElementType, number>>;
  /** Whether it runs in f16 too, where the adapter has that. */
  readonly halves?: true;
  /** Whether variants take it too: in f16 if `halves`, else in f32. */
  readonly variants?: true;
}

const merge = { SOURCE: 1, ROWS: 12, K: 32, N: 16, HEIGHT: 6, WIDTH: 8, CHANNELS: 8 };
const patches = {
  SOURCE: 2,
  ROWS: 6,
  K: 96,
  N: 20,
  HEIGHT: 8,
  WIDTH: 24,
  CHANNELS: 3,
  PATCH_HEIGHT: 4,
  PATCH_WIDTH: 8,
};

const samples: readonly Sample[] = [
  { title: 'one row', constants: { ROWS: 1, K: 8, N: 4 } },
  { title: 'rows and columns that fill no tile', constants: { ROWS: 37, K: 20, N: 140 }, variants: true },
  { title: 'rows of several images in one tile', constants: { ROWS: 5, K: 12, N: 8, NORMALISE: 2 }, batch: 7 },
  { title: 'bias and residual', constants: { ROWS: 19, K: 16, N: 24, BIAS: 1, RESIDUAL: 1 }, halves: true },
  ...[1, 2, 3, 4].map((activation) => ({
    title: `activation ${activation}`,
    constants: { ROWS: 17, K: 16, N: 12, BIAS: 1, RESIDUAL: 1, ACTIVATION: activation },
  })),
  {
    title: 'standardised rows',
    constants: { ROWS: 37, K: 52, N: 76, NORMALISE: 1, EPSILON: 1e-5, BIAS: 1 },
    batch: 3,
    halves: true,
    variants: true,
  },
  { title: 'standardised rows, a large epsilon', constants: { ROWS: 5, K: 8, N: 8, NORMALISE: 1, EPSILON: 0.5 } },
  {
    title: 'standardised rows whose mean is a hundred times their deviation',
    constants: { ROWS: 6, K: 96, N: 16, NORMALISE: 1, EPSILON: 1e-5 },
    image: (value) => value + 300,
    tolerance: { f32: 1e-5, f16: 5e-3 },
    halves: true,
    variants: true,
  },
  ...[0, 7].map((channel) => ({
    title: `standardised rows whose channel ${channel} is a thousand times the others`,
    constants: { ROWS: 6, K: 96, N: 16, NORMALISE: 1, EPSILON: 1e-5 },
    image: (value: number, index: number) => (index % 96 === channel ? 1000 * value : value),
    tolerance: { f32: 1e-5, f16: 5e-3 },
    halves: true as const,
  })),
  {
    title: 'standardised rows that are rolled',
    constants: {
      ROWS: 15,
      K: 8,
      N: 8,
      HEIGHT: 3,
      WIDTH: 5,
      ROLL_HEIGHT: 2,
      ROLL_WIDTH: 1,
      NORMALISE: 1,
      EPSILON: 1e-5,
    },
    batch: 2,
  },
  {
    title: 'a rolled input',
    constants: { ROWS: 15, K: 8, N: 8, HEIGHT: 3, WIDTH: 5, ROLL_HEIGHT: 2, ROLL_WIDTH: 1, NORMALISE: 2 },
    batch: 2,
  },
  {
    title: 'a rolled residual',
    constants: {
      ROWS: 15,
      K: 8,
      N: 8,
      RESIDUAL: 1,
      OUTPUT_HEIGHT: 3,
      OUTPUT_WIDTH: 5,
      RESIDUAL_ROLL_HEIGHT: 1,
      RESIDUAL_ROLL_WIDTH: 4,
    },
    batch: 2,
  },
  { title: 'merging', constants: merge, batch: 2, imageLength: 6 * 8 * 8 },
  {
    title: 'merging an odd grid, standardised',
    constants: { ...merge, HEIGHT: 5, WIDTH: 7, NORMALISE: 1, EPSILON: 1e-5 },
    batch: 2,
    imageLength: 5 * 7 * 8,
    halves: true,
  },
  {
    title: 'merging a rolled odd grid',
    constants: { ...merge, HEIGHT: 5, WIDTH: 8, ROLL_HEIGHT: 3, ROLL_WIDTH: 2 },
    batch: 2,
    imageLength: 5 * 8 * 8,
  },
  {
    title: 'patches',
    constants: { ...patches, BIAS: 1 },
    batch: 2,
    imageLength: 3 * 8 * 24,
    halves: true,
    variants: true,
  },
  {
    title: 'odd sizes',
    constants: { ROWS: 7, K: 27, N: 10, BIAS: 1, ACTIVATION: 1, RESIDUAL: 1 },
    batch: 2,
    odd: true,
  },
  {
    title: 'patches of three by three',
    constants: { ...patches, ROWS: 8, K: 27, HEIGHT: 6, WIDTH: 12, PATCH_HEIGHT: 3, PATCH_WIDTH: 3 },
    batch: 2,
    imageLength: 3 * 6 * 12,
    odd: true,
  },
  {
    title: 'merging three channels',
    constants: { ...merge, K: 12, CHANNELS: 3, HEIGHT: 5 },
    imageLength: 5 * 8 * 3,
    odd: true,
  },
];

/** What samples leave out: a kernel that takes its sizes from a uniform has no defaults. */
const anyGrid = { HEIGHT: 4, WIDTH: 4, CHANNELS: 4, OUTPUT_HEIGHT: 4, OUTPUT_WIDTH: 4 };

const identity = (value: number): number => value;

/** A matrix [K, N] whose columns sum to zero, as kernels want it where rows are standardised. */
function centred(weight: Float32Array, columns: number): Float32Array {
  const rows = weight.length / columns;
  const means = Array.from({ length: columns }, (_, column) =>
    weight.reduce((sum, value, index) => sum + (index % columns === column ? value : 0), 0),
  ).map((sum) => sum / rows);
  return weight.map((value, index) => value - (means[index % columns] ?? 0));
}

async function run(kernel: LinearKernel, sample: Sample, type: ElementType): Promise<void> {
  const { constants, batch = 1 } = sample;
  const [rows, k, n] = [constants['ROWS'] ?? 0, constants['K'] ?? 0, constants['N'] ?? 0];
  const normalise = constants['NORMALISE'];
  const isImage = constants['SOURCE'] === 2;
  const inputType = isImage ? 'f32' : type;
  const inputs = {
    x: rounded(randomValues(batch * (sample.imageLength ?? rows * k), 1, 3).map(sample.image ?? identity), inputType),
    weight: rounded(normalise === 1 ? centred(randomValues(k * n, 2), n) : randomValues(k * n, 2), type),
    bias: randomValues(n, 3),
    rows: randomValues(batch * rows * 2, 4),
    residual: rounded(randomValues(batch * rows * n, 5, 4), type),
  };
  await check({
    kernel: kernel.name,
    constants: { ...anyGrid, ...constants, ...kernel.constants },
    batch,
    types: { Input: inputType, Weight: type, Output: type },
    inputs,
    halves: type === 'f16' ? ['weight', 'residual', ...(isImage ? [] : ['x'])] : [],
    workgroups: [Math.ceil(n / kernel.tile[0]), Math.ceil((batch * rows) / kernel.tile[1]), 1],
    expected: linear(constants, batch, inputs),
    tolerance: sample.tolerance?.[type] ?? (type === 'f16' ? 1e-3 : 2e-6),
    rewrite: kernel.isForHalves && !hasMatrixUnits ? emulateMatrices : undefined,
  });
}

function typesOf(kernel: LinearKernel, sample: Sample): readonly ElementType[] {
  const halves = hasHalves && sample.halves === true;
  if (kernel.isForHalves) return sample.odd || !hasHalves ? [] : ['f16'];
  if (kernel.isVariant && !sample.variants) return [];
  if (kernel.isVariant) return halves ? ['f16'] : sample.halves ? [] : ['f32'];
  return sample.odd && !kernel.takesAnyShape ? [] : halves ? ['f32', 'f16'] : ['f32'];
}

for (const kernel of kernels) {
  const isOneOfSeveral = kernel.isVariant || kernel.isForHalves;
  const name = isOneOfSeveral ? `${kernel.name} ${JSON.stringify(kernel.constants)}` : kernel.name;
  for (const sample of samples) {
    for (const type of typesOf(kernel, sample)) {
      test(`${name} in ${type}: ${sample.title}`, () => run(kernel, sample, type));
    }
  }
}

test.run();
