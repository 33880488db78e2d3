/** The mean over the tokens. */
import { normalisation, normalised, requirePairs } from './normalisation.ts';
import { defineOp, lastDim, volume } from './op.ts';
import { onnxPool } from './patch-onnx.ts';
import { poolKernels } from './pool-kernels.ts';
import { at, rowsOf, zeros } from './tensor.ts';

export const pool = defineOp({
  summary: 'The mean over the tokens of normalise(x): [B, H, W, C] → [B, C]; `rows` are pairs (scale, shift).',
  operands: { x: 'required', rows: 'optional' },
  attributes: normalisation,
  preciseOperands: ['rows'],
  infer: ({ x, rows }, { normalise }) => {
    requirePairs('pool', rows, { normalise, tokens: volume(x.dims.slice(0, -1)) });
    return { batched: x.batched, dims: [lastDim(x)] };
  },
  evaluate: ({ x, rows }, given) => {
    const source = normalised(x, rows, given);
    const { length } = rowsOf(source);
    const batch = x.dims[0] ?? 0;
    const tokens = source.data.length / length / batch;
    const result = zeros([batch, length]);
    for (let index = 0; index < source.data.length; index++) {
      const to = Math.floor(index / (length * tokens)) * length + (index % length);
      result.data[to] = at(result.data, to) + at(source.data, index) / tokens;
    }
    return result;
  },
  lower: poolKernels,
  onnx: onnxPool,
});
