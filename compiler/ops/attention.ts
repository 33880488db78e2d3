/** Multi-head attention inside windows: as the paper draws it, and with the moving of tokens absorbed. */

import { attentionKernels, windowAttentionKernels } from './attention-kernels.ts';
import { onnxAttention } from './attention-onnx.ts';
import { type AttributesOf, integer, pair, withDefault } from './attribute.ts';
import { defineOp, lastDim, mapOf, type Operands, printShape, requireShape, sameDims, volume } from './op.ts';
import { at, mapDims, modulo, type Tensor, zeros } from './tensor.ts';
import { relativePositionBias, relativePositionIndex, shiftRegion } from './window.ts';

/** What is added to the score of head, query i and key j before the softmax. */
type ScoreTerm = (head: number, i: number, j: number) => number;

/** The shortest length by which a vector is divided, as torch's `normalize` has it. */
const shortest = 1e-12;

/** One over the length of each q and k of [token][q | k | v][head]. */
const inverseLengths = (values: Float64Array, size: number): Float64Array => {
  const lengths = new Float64Array(values.length / size);
  for (let part = 0; part < lengths.length; part++) {
    const squares = values.subarray(part * size, (part + 1) * size).reduce((sum, value) => sum + value * value, 0);
    lengths[part] = 1 / Math.max(Math.sqrt(squares), shortest);
  }
  return lengths;
};

interface AttendOptions {
  readonly tokens: number;
  readonly heads: number;
  /** The factor of each head on the cosine of q and k; absent, their product is divided by sqrt(dimension). */
  readonly scale: Tensor | undefined;
  readonly term: ScoreTerm;
}

/**
 * Attention over one window. `values` holds its tokens as rows [q | k | v], each [head][dimension]; the result has a row
 * of channels for each token.
 */
const attend = (values: Float64Array, { tokens, heads, scale, term }: AttendOptions): Float64Array => {
  const channels = values.length / tokens / 3;
  const size = channels / heads;
  const inverses = scale && inverseLengths(values, size);
  const factor = (head: number, i: number, j: number): number => {
    if (!scale || !inverses) return 1 / Math.sqrt(size);
    return at(scale.data, head) * at(inverses, 3 * i * heads + head) * at(inverses, (3 * j + 1) * heads + head);
  };
  const result = new Float64Array(tokens * channels);
  const scores = new Float64Array(tokens);
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < tokens; i++) {
      const query = i * 3 * channels + head * size;
      for (let j = 0; j < tokens; j++) {
        const key = j * 3 * channels + channels + head * size;
        let sum = 0;
        for (let d = 0; d < size; d++) sum += at(values, query + d) * at(values, key + d);
        scores[j] = sum * factor(head, i, j) + term(head, i, j);
      }
      const largest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const exponentials = scores.map((score) => Math.exp(score - largest));
      const total = exponentials.reduce((a, b) => a + b, 0);
      for (let j = 0; j < tokens; j++) {
        const weight = at(exponentials, j) / total;
        const value = j * 3 * channels + 2 * channels + head * size;
        for (let d = 0; d < size; d++) {
          const index = i * channels + head * size + d;
          result[index] = at(result, index) + weight * at(values, value + d);
        }
      }
    }
  }
  return result;
};

export const attention = defineOp({
  summary:
    'Attention inside each window of qkv rows [B, windows, tokens, 3C], with a bias per head and a mask per window; with a scale per head it is that of the cosine.',
  kind: 'attention',
  operands: { x: 'required', bias: 'optional', mask: 'optional', scale: 'optional' },
  attributes: { heads: integer },
  preciseOperands: ['scale'],
  infer: ({ x, bias, mask, scale }, { heads }) => {
    const [windows = 0, tokens = 0, width = 0] = x.dims;
    requireShape(
      x.dims.length === 3 && width % (3 * heads) === 0,
      () => `attention: ${printShape(x)} is not q, k and v`,
    );
    requireShape(
      !bias || sameDims(bias.dims, [heads, tokens, tokens]),
      () => 'attention wants a bias [heads, tokens, tokens]',
    );
    requireShape(
      !mask || sameDims(mask.dims, [windows, tokens, tokens]),
      () => 'attention wants a mask [windows, tokens, tokens]',
    );
    requireShape(!scale || sameDims(scale.dims, [heads]), () => `attention wants a scale for each of ${heads} heads`);
    return { batched: x.batched, dims: [windows, tokens, width / 3] };
  },
  cost: ({ x }) => ({ macs: 2 * (x.dims[1] ?? 0) * (volume(x.dims) / 3) }),
  evaluate: ({ x, bias, mask, scale }, { heads }) => {
    const [batch, windows, tokens, width] = mapDims(x);
    const result = zeros([batch, windows, tokens, width / 3]);
    for (let index = 0; index < batch * windows; index++) {
      const values = x.data.subarray(index * tokens * width, (index + 1) * tokens * width);
      const term: ScoreTerm = (head, i, j) =>
        (bias ? at(bias.data, (head * tokens + i) * tokens + j) : 0) +
        (mask ? at(mask.data, ((index % windows) * tokens + i) * tokens + j) : 0);
      result.data.set(attend(values, { tokens, heads, scale, term }), (index * tokens * width) / 3);
    }
    return result;
  },
  lower: attentionKernels,
  onnx: onnxAttention,
});

const windowOperands = { x: 'required', table: 'optional', fill: 'optional', scale: 'optional' } as const;

const windowAttributes = {
  heads: integer,
  window: pair,
  /** The grid that windows tile. */
  padded: pair,
  /** Position p of the padded grid reads token (p - gather) mod modulus; p ≥ modulus, or a token outside x, reads `fill`. */
  modulus: pair,
  gather: withDefault(pair, [0, 0]),
  /** Position p writes token (p + scatter) mod modulus of the result, where that lies inside it. */
  scatter: withDefault(pair, [0, 0]),
  /** The shift whose mask applies; zeros for none. */
  mask: withDefault(pair, [0, 0]),
  /** Tokens of the result. */
  grid: pair,
};

export type WindowAttentionAttributes = AttributesOf<typeof windowAttributes>;

/** The token that a padded position reads, along one dimension; undefined outside. */
const readFrom = (p: number, modulus: number, by: number, size: number): number | undefined => {
  if (p >= modulus) return undefined;
  const source = modulo(p - by, modulus);
  return source < size ? source : undefined;
};

const writeTo = (p: number, modulus: number, by: number, size: number): number | undefined => {
  const target = p < modulus ? modulo(p + by, modulus) : p;
  return target < size ? target : undefined;
};

/** Padded positions of the tokens of a window. */
const positionsOf = (
  index: number,
  { window, padded }: WindowAttentionAttributes,
): readonly (readonly [number, number])[] => {
  const across = padded[1] / window[1];
  const top = Math.floor(index / across) * window[0];
  const left = (index % across) * window[1];
  return Array.from({ length: window[0] * window[1] }, (_, token) => [
    top + Math.floor(token / window[1]),
    left + (token % window[1]),
  ]);
};

const evaluateWindow = (
  operands: Operands<typeof windowOperands, Tensor>,
  given: WindowAttentionAttributes,
  image: number,
  index: number,
  result: Tensor,
): void => {
  const { x, table, fill, scale } = operands;
  const { heads, window, padded, modulus, gather, scatter, mask } = given;
  const [, height, width, channels] = mapDims(x);
  const positions = positionsOf(index, given);
  const values = new Float64Array(positions.length * channels);
  positions.forEach(([h, w], token) => {
    const row = readFrom(h, modulus[0], gather[0], height);
    const column = readFrom(w, modulus[1], gather[1], width);
    if (row === undefined || column === undefined) {
      if (fill) values.set(fill.data, token * channels);
    } else {
      const start = ((image * height + row) * width + column) * channels;
      values.set(x.data.subarray(start, start + channels), token * channels);
    }
  });
  const regions = positions.map(
    ([h, w]) => 3 * shiftRegion(h, padded[0], window[0], mask[0]) + shiftRegion(w, padded[1], window[1], mask[1]),
  );
  const term: ScoreTerm = (head, i, j) =>
    (table ? at(table.data, relativePositionIndex(i, j, window) * heads + head) : 0) +
    (regions[i] === regions[j] ? 0 : -100);
  const attended = attend(values, { tokens: positions.length, heads, scale, term });
  const [, outHeight, outWidth, outChannels] = mapDims(result);
  positions.forEach(([h, w], token) => {
    const row = writeTo(h, modulus[0], scatter[0], outHeight);
    const column = writeTo(w, modulus[1], scatter[1], outWidth);
    if (row === undefined || column === undefined) return;
    const part = attended.subarray(token * outChannels, (token + 1) * outChannels);
    result.data.set(part, ((image * outHeight + row) * outWidth + column) * outChannels);
  });
};

export const windowAttention = defineOp({
  summary:
    'Window attention on qkv in grid order: rolling, padding, partitioning and their inverses are its addresses.',
  kind: 'attention',
  operands: windowOperands,
  attributes: windowAttributes,
  preciseOperands: ['table', 'fill', 'scale'],
  stored: () => ({ table: ['transposed'] }),
  infer: ({ x, table, scale }, { heads, window, padded, grid }) => {
    const { channels } = mapOf(x, 'window_attention');
    requireShape(channels % (3 * heads) === 0, () => `window_attention: ${printShape(x)} is not q, k and v`);
    requireShape(
      padded[0] % window[0] === 0 && padded[1] % window[1] === 0,
      () => `window_attention: windows of ${window} do not tile ${padded}`,
    );
    if (table) relativePositionBias.infer({ table }, { window });
    requireShape(!table || lastDim(table) === heads, () => `window_attention wants a bias for each of ${heads} heads`);
    requireShape(
      !scale || sameDims(scale.dims, [heads]),
      () => `window_attention wants a scale for each of ${heads} heads`,
    );
    return { batched: x.batched, dims: [...grid, channels / 3] };
  },
  cost: (_, { window, padded }, shape) => ({
    macs: 2 * window[0] * window[1] * padded[0] * padded[1] * lastDim(shape),
  }),
  evaluate: (operands, given) => {
    const [batch, , , channels] = mapDims(operands.x);
    const result = zeros([batch, ...given.grid, channels / 3]);
    const windows = (given.padded[0] * given.padded[1]) / (given.window[0] * given.window[1]);
    for (let index = 0; index < batch * windows; index++) {
      evaluateWindow(operands, given, Math.floor(index / windows), index % windows, result);
    }
    return result;
  },
  lower: windowAttentionKernels,
});
