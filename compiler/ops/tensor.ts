/** Concrete tensors of the interpreter: float64 in row-major order, the batch (if any) as the first dimension. */

export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

export const tensor = (dims: readonly number[], data: Float64Array): Tensor => ({ dims, data });

export const zeros = (dims: readonly number[]): Tensor => ({
  dims,
  data: new Float64Array(dims.reduce((product, dim) => product * dim, 1)),
});

/** Reads with a bounds check: an index out of range is a mistake in an op, never a zero. */
export const at = (data: ArrayLike<number>, index: number): number => {
  const value = data[index];
  if (value === undefined) throw new RangeError(`index ${index} is outside a tensor of ${data.length} values`);
  return value;
};

/** Length of the last dimension, and how many rows of it there are. */
export const rowsOf = (x: Tensor): { rows: number; length: number } => {
  const length = x.dims.at(-1) ?? 1;
  return { rows: length === 0 ? 0 : x.data.length / length, length };
};

/** The dimensions of a batched map: [B, H, W, C]. */
export const mapDims = (x: Tensor): readonly [number, number, number, number] => {
  const [batch, height, width, channels] = x.dims;
  if (x.dims.length !== 4 || batch === undefined || height === undefined || width === undefined) {
    throw new RangeError(`a map has four dimensions, not [${x.dims.join(', ')}]`);
  }
  return [batch, height, width, channels ?? 0];
};

/** A new map whose token (b, h, w) is the token of x that `source` names, or `fill` (zeros) where it names none. */
export const gatherTokens = (
  x: Tensor,
  height: number,
  width: number,
  source: (h: number, w: number) => readonly [number, number] | undefined,
  fill?: Tensor,
): Tensor => {
  const [batch, sourceHeight, sourceWidth, channels] = mapDims(x);
  const result = zeros([batch, height, width, channels]);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        const from = source(h, w);
        const to = ((b * height + h) * width + w) * channels;
        if (from) {
          const start = ((b * sourceHeight + from[0]) * sourceWidth + from[1]) * channels;
          result.data.set(x.data.subarray(start, start + channels), to);
        } else if (fill) {
          result.data.set(fill.data, to);
        }
      }
    }
  }
  return result;
};

/** The remainder that is never negative. */
export const modulo = (value: number, modulus: number): number => ((value % modulus) + modulus) % modulus;

/** Mean and 1 / sqrt(variance + epsilon) of each row; the variance is the biased one. */
export const statisticsOf = (x: Tensor, epsilon: number): readonly { mean: number; rootInverse: number }[] => {
  const { rows, length } = rowsOf(x);
  return Array.from({ length: rows }, (_, row) => {
    const values = x.data.subarray(row * length, (row + 1) * length);
    const mean = values.reduce((sum, value) => sum + value, 0) / length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length;
    return { mean, rootInverse: 1 / Math.sqrt(variance + epsilon) };
  });
};
