/** What Swin V2 makes of the other parameters of its attention, before attention reads them. */
import { number } from './attribute.ts';
import { defineOp, printShape, requireShape, sameDims, volume } from './op.ts';
import { tensor, zeros } from './tensor.ts';

export const exponential = defineOp({
  summary:
    'exp(min(x, limit)) as a vector: the factor of each head, of which V2 trains the logarithm; parameters only.',
  operands: { x: 'required' },
  attributes: { limit: number },
  infer: ({ x }) => ({ batched: false, dims: [volume(x.dims)] }),
  evaluate: ({ x }, { limit }) =>
    tensor(
      [x.data.length],
      x.data.map((value) => Math.exp(Math.min(value, limit))),
    ),
});

export const keylessBias = defineOp({
  summary: '[q, 0, v]: the bias of queries, keys and values where keys have none; parameters only.',
  operands: { q: 'required', v: 'required' },
  attributes: {},
  infer: ({ q, v }) => {
    requireShape(
      !q.batched && q.dims.length === 1 && sameDims(q.dims, v.dims),
      () => `keyless_bias wants two vectors of one length, not ${printShape(q)} and ${printShape(v)}`,
    );
    return { batched: false, dims: [3 * volume(q.dims)] };
  },
  evaluate: ({ q, v }) => {
    const result = zeros([3 * q.data.length]);
    result.data.set(q.data);
    result.data.set(v.data, 2 * q.data.length);
    return result;
  },
});
