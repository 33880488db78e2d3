/** Kernels that serve `window_attention`: register blocks for software adapters, workgroup tiles for GPUs. */
import type { Candidate } from '../../runtime/plan.ts';
import type { Pair } from './attribute.ts';
import {
  everyClass,
  fixed,
  flag,
  forClasses,
  matrixUnitsWith,
  pairConstants,
  perImage,
  subgroupSizes,
  subgroupsOf,
  wrapped,
} from './kernels.ts';
import { type LoweringSite, lastDim, mapOf } from './op.ts';

type AttentionOperands = {
  readonly x: 'required';
  readonly table: 'optional';
  readonly fill: 'optional';
  readonly scale: 'optional';
};

interface AttentionKernelAttributes {
  readonly heads: number;
  readonly window: Pair;
  readonly padded: Pair;
  readonly modulus: Pair;
  readonly gather: Pair;
  readonly scatter: Pair;
  readonly mask: Pair;
}

/** The widest head whose keys window-attention-tile stages. */
const widestTiledHead = 256;

type Common = Pick<Candidate, 'constants' | 'types'>;

interface Counts {
  /** Of a window, of an image and of a token. */
  readonly tokens: number;
  readonly windows: number;
  readonly heads: number;
}

/** Few windows keep a GPU busy only where four invocations share a query; from what is known of GPUs, not measured. */
const tileKernels = ({ constants, types }: Common, { tokens, windows, heads }: Counts): readonly Candidate[] => {
  const queries = tokens <= 16 ? 16 : tokens <= 32 ? 32 : 64;
  const candidate = (parts: number) => ({
    kernel: 'window-attention-tile',
    constants: { ...constants, QUERIES: queries, PARTS: parts },
    types,
    workgroups: [fixed(tokens, queries), perImage(windows, 1), fixed(heads, 1)] as const,
  });
  return forClasses(['gpu'], { ...candidate(1), leastWorkgroups: 1024 }).concat(forClasses(['gpu'], candidate(4)));
};

/** Rows and columns of a matrix; keys and queries of a workgroup of window-attention-matrix; keys that a subgroup takes. */
const side = 16;
const block = 64;
const share = 64;
/** Bytes that GPUs with matrix units have for a workgroup. */
const matrixMemory = 48 * 1024;

/** Vec4s of a row of as many values, which lies further from the next than it is long: in f16, and in f32. */
const paddedHalves = (values: number): number => values / 4 + 2;
const paddedFloats = (values: number): number => values / 4 + 1;

/** Queries, keys, values and shares, and scores. */
const matrixBytes = (dimension: number): number =>
  block * (8 * (3 * paddedHalves(dimension) + paddedHalves(block)) + 16 * paddedFloats(block));

/** Queries, keys that values replace, shares and scores. */
const splitBytes = (dimension: number, keys: number): number =>
  8 * ((side + keys) * paddedHalves(dimension) + side * paddedHalves(keys)) + 16 * side * paddedFloats(keys);

/**
 * For matrix units, which multiply what is f16; cosines want their vectors divided by their lengths first. What shares the
 * keys of a large window among subgroups has not run on a GPU yet: it is last, for `swinc tune` to find.
 */
const matrixKernels = (
  { constants: { COSINE, ...constants }, types }: Common,
  { tokens, windows, heads }: Counts,
): readonly Candidate[] => {
  const dimension = constants['HEAD_DIMENSION'] ?? 0;
  const isHalf = types['Input'] === 'f16' && types['Output'] === 'f16';
  if (!isHalf || COSINE === 1 || dimension % side !== 0) return [];
  const across = (tile: number) => [fixed(tokens, tile), perImage(windows, 1), fixed(heads, 1)] as const;
  const whole = {
    kernel: 'window-attention-matrix',
    constants: { ...constants, SUBGROUPS: block / side },
    types,
    workgroups: across(block),
  };
  const subgroups = tokens <= 2 * share ? 2 : 4;
  const split = {
    kernel: 'window-attention-split-matrix',
    constants: { ...constants, SUBGROUPS: subgroups },
    types,
    workgroups: across(side),
  };
  const forMatrices = (candidate: typeof whole, bytes: number): readonly Candidate[] =>
    bytes > matrixMemory ? [] : forClasses(['gpu-matrix'], candidate, matrixUnitsWith(bytes));
  return [
    ...forMatrices(whole, matrixBytes(dimension)),
    ...(tokens > block && tokens <= 4 * share ? forMatrices(split, splitBytes(dimension, subgroups * share)) : []),
  ];
};

export const windowAttentionKernels = (
  site: LoweringSite<AttentionOperands, AttentionKernelAttributes>,
): readonly Candidate[] => {
  const { operands, attributes, shape } = site;
  const { heads, window, padded, modulus, gather, scatter, mask } = attributes;
  const { height, width } = mapOf(operands.x, 'window_attention');
  const dimension = lastDim(shape) / heads;
  const constants = {
    HEIGHT: height,
    WIDTH: width,
    ...pairConstants('PADDED', padded),
    ...pairConstants('MODULUS', modulus),
    ...pairConstants('WINDOW', window),
    HEADS: heads,
    HEAD_DIMENSION: dimension,
    ...pairConstants('GATHER', wrapped(gather, modulus)),
    ...pairConstants('SCATTER', wrapped(scatter, modulus)),
    ...pairConstants('MASK', mask),
    SCALE: 1 / Math.sqrt(dimension),
    BIAS: flag(operands.table),
    FILL: flag(operands.fill),
    COSINE: flag(operands.scale),
  };
  const types = { Input: site.types.x, Output: site.type };
  const tokens = window[0] * window[1];
  const windows = (padded[0] * padded[1]) / tokens;
  const across = (tile: number) => [fixed(tokens, tile), perImage(windows, 1), fixed(heads, 1)] as const;
  const sized = { ...constants, PADS: flag(padded[0] > height || padded[1] > width) };
  const quad = { kernel: 'window-attention-quad', constants: sized, types, workgroups: across(8) };
  const subgroups = subgroupSizes.flatMap((size) => {
    const own = {
      kernel: 'window-attention-subgroup',
      constants: { ...sized, SUBGROUP: size },
      types,
      workgroups: across(2 * size),
    };
    return forClasses(['software'], own, subgroupsOf(size));
  });
  return [
    ...(dimension > 32 ? [] : [...forClasses(['software'], quad, subgroupsOf(4)), ...subgroups]),
    ...forClasses(['software'], {
      kernel: 'window-attention-register',
      constants,
      types,
      workgroups: across(32),
    }),
    ...(dimension > widestTiledHead ? [] : tileKernels({ constants, types }, { tokens, windows, heads })),
    ...matrixKernels({ constants, types }, { tokens, windows, heads }),
  ];
};

type PlainOperands = {
  readonly x: 'required';
  readonly bias: 'optional';
  readonly mask: 'optional';
  readonly scale: 'optional';
};

/** Bias and mask are matrices here, in the type of the weights. */
export const attentionKernels = (
  site: LoweringSite<PlainOperands, { readonly heads: number }>,
): readonly Candidate[] => {
  const { operands, types, attributes, shape } = site;
  const { heads } = attributes;
  const [windows = 0, tokens = 0, channels = 0] = shape.dims;
  const dimension = channels / heads;
  return forClasses(everyClass, {
    kernel: 'attention-plain',
    constants: {
      WINDOWS: windows,
      TOKENS: tokens,
      HEADS: heads,
      HEAD_DIMENSION: dimension,
      SCALE: 1 / Math.sqrt(dimension),
      BIAS: flag(operands.bias),
      MASK: flag(operands.mask),
      COSINE: flag(operands.scale),
    },
    types: { Input: types.x, Weight: types.bias ?? types.mask ?? 'f32', Output: site.type },
    workgroups: [fixed(tokens, 32), perImage(windows, 1), fixed(heads, 1)],
  });
};
