/** Elementwise arithmetic: the residual sum, and what folding norms does to weights. */
import { number } from './attribute.ts';
import { addKernels } from './eager-kernels.ts';
import { defineOp, printShape, requireShape, sameDims } from './op.ts';
import { at, rowsOf, type Tensor, tensor, zeros } from './tensor.ts';

const zip = (
  a: Tensor,
  b: Tensor,
  combine: (a: number, b: number) => number,
  memory: Float64Array = new Float64Array(a.data.length),
): Tensor => {
  const period = b.data.length;
  for (let start = 0; start < a.data.length; start += period) {
    for (let k = 0; k < period; k++) memory[start + k] = combine(at(a.data, start + k), at(b.data, k));
  }
  return tensor(a.dims, memory);
};

export const add = defineOp({
  summary: 'a + b, of one shape.',
  operands: { a: 'required', b: 'required' },
  attributes: {},
  infer: ({ a, b }) => {
    requireShape(
      a.batched === b.batched && sameDims(a.dims, b.dims),
      () => `add wants one shape, not ${printShape(a)} and ${printShape(b)}`,
    );
    return a;
  },
  evaluate: ({ a, b }) => zip(a, b, (x, y) => x + y),
  lower: addKernels,
  onnx: (site) => site.node('Add', [site.operands.a, site.operands.b]),
});

export const subtract = defineOp({
  summary: 'a - b, of one shape; parameters only.',
  operands: { a: 'required', b: 'required' },
  attributes: {},
  infer: ({ a, b }) => {
    requireShape(
      !a.batched && !b.batched && sameDims(a.dims, b.dims),
      () => `subtract wants parameters of one shape, not ${printShape(a)} and ${printShape(b)}`,
    );
    return a;
  },
  evaluate: ({ a, b }) => zip(a, b, (x, y) => x - y),
});

export const multiply = defineOp({
  summary: 'a * b, where b has the last dimensions of a: a matrix times a vector scales its columns; parameters only.',
  operands: { a: 'required', b: 'required' },
  attributes: {},
  infer: ({ a, b }) => {
    requireShape(
      !a.batched && !b.batched && sameDims(a.dims.slice(a.dims.length - b.dims.length), b.dims),
      () => `multiply wants b to end a's dimensions, not ${printShape(a)} and ${printShape(b)}`,
    );
    return a;
  },
  // Of two vectors, row n takes one value of each.
  rowwise: ({ a, b }) => (b.dims.length < a.dims.length ? ['a'] : ['a', 'b']),
  evaluate: ({ a, b }, _, memory) => zip(a, b, (x, y) => x * y, memory),
});

export const scaleRows = defineOp({
  summary: 'The matrix a with row n multiplied by scale[n]; parameters only.',
  operands: { a: 'required', scale: 'required' },
  attributes: {},
  infer: ({ a, scale }) => {
    requireShape(
      !a.batched && sameDims(a.dims.slice(0, 1), scale.dims),
      () => `scale_rows wants one factor a row, not ${printShape(a)} and ${printShape(scale)}`,
    );
    return a;
  },
  rowwise: () => ['a', 'scale'],
  evaluate: ({ a, scale }, _, memory = new Float64Array(a.data.length)) => {
    const length = a.data.length / scale.data.length;
    for (let n = 0; n < scale.data.length; n++) {
      for (let k = n * length; k < (n + 1) * length; k++) memory[k] = at(a.data, k) * at(scale.data, n);
    }
    return tensor(a.dims, memory);
  },
});

export const reciprocalRoot = defineOp({
  summary: '1 / sqrt(x + epsilon); parameters only.',
  operands: { x: 'required' },
  attributes: { epsilon: number },
  infer: ({ x }) => x,
  evaluate: ({ x }, { epsilon }) =>
    tensor(
      x.dims,
      x.data.map((value) => 1 / Math.sqrt(value + epsilon)),
    ),
});

export const stack = defineOp({
  summary: 'Two vectors as the columns of [L, 2]; parameters only.',
  operands: { first: 'required', second: 'required' },
  attributes: {},
  infer: ({ first, second }) => {
    requireShape(
      !first.batched && first.dims.length === 1 && sameDims(first.dims, second.dims),
      () => `stack wants two vectors of one length, not ${printShape(first)} and ${printShape(second)}`,
    );
    return { batched: false, dims: [...first.dims, 2] };
  },
  evaluate: ({ first, second }) => {
    const result = zeros([...first.dims, 2]);
    for (let i = 0; i < first.data.length; i++) {
      result.data[2 * i] = at(first.data, i);
      result.data[2 * i + 1] = at(second.data, i);
    }
    return result;
  },
});

export const centreRows = defineOp({
  summary: 'The matrix [N, …K] with the mean of each row n taken off it; parameters only.',
  operands: { x: 'required' },
  attributes: {},
  infer: ({ x }) => {
    requireShape(!x.batched && x.dims.length > 1, () => `centre_rows wants a matrix, not ${printShape(x)}`);
    return x;
  },
  rowwise: () => ['x'],
  evaluate: ({ x }, _, memory = new Float64Array(x.data.length)) => {
    const length = x.data.length / (x.dims[0] ?? 1);
    for (let start = 0; start < x.data.length; start += length) {
      let sum = 0;
      for (let k = start; k < start + length; k++) sum += at(x.data, k);
      const mean = sum / length;
      for (let k = start; k < start + length; k++) memory[k] = at(x.data, k) - mean;
    }
    return tensor(x.dims, memory);
  },
});

export const transpose = defineOp({
  summary: 'The matrix [N, …K] as [K, N], the layout that kernels read; parameters only.',
  operands: { x: 'required' },
  attributes: {},
  infer: ({ x }) => {
    const [rows = 1, ...rest] = x.dims;
    return { batched: false, dims: [rest.reduce((product, dim) => product * dim, 1), rows] };
  },
  evaluate: ({ x }) => {
    const rows = x.dims[0] ?? 1;
    const { length: columns } = rowsOf(tensor([rows, x.data.length / rows], x.data));
    const result = zeros([columns, rows]);
    for (let n = 0; n < rows; n++) {
      for (let k = 0; k < columns; k++) result.data[k * rows + n] = at(x.data, n * columns + k);
    }
    return result;
  },
});
