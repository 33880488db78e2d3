/** The mean over the tokens. */
import { oneOf, withDefault } from './attribute.ts';
import { applyRows } from './norm.ts';
import { defineOp, lastDim, requireShape, volume } from './op.ts';
import { onnxPool } from './patch-onnx.ts';
import { poolKernels } from './pool-kernels.ts';
import { at, rowsOf, zeros } from './tensor.ts';

export const pool = defineOp({
  summary: 'The mean over the tokens of rows(x): [B, H, W, C] → [B, C]; `rows` are pairs (scale, shift).',
  operands: { x: 'required', rows: 'optional' },
  /** Whether `rows` holds a pair for each token of the batch, or for each token position. */
  attributes: { per: withDefault(oneOf('row', 'token'), 'row') },
  preciseOperands: ['rows'],
  infer: ({ x, rows }) => {
    requireShape(!rows || volume(rows.dims) === 2 * volume(x.dims.slice(0, -1)), 'pool wants a pair for each token');
    return { batched: x.batched, dims: [lastDim(x)] };
  },
  evaluate: ({ x, rows }) => {
    const source = rows ? applyRows(x, rows) : x;
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
