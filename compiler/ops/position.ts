/** The continuous position bias of Swin V2: what its network reads, and how its answer becomes a bias. */
import { number, pair } from './attribute.ts';
import { defineOp } from './op.ts';
import { tensor, zeros } from './tensor.ts';

/** Offsets reach 8 at the far side of a window of the size `span`, where their logarithm to the base 8 is about 1. */
const reach = 8;

const logSpaced = (offset: number, span: number): number => {
  // One token measures nothing: the references divide zero by zero there.
  if (offset === 0) return 0;
  const measured = (reach * Math.abs(offset)) / (span - 1);
  return (Math.sign(offset) * Math.log2(measured + 1)) / Math.log2(reach);
};

export const logOffsets = defineOp({
  summary:
    'Every offset (row, column) inside a window, in the order of the bias table, in windows of `span`, log-spaced: [(2h-1)(2w-1), 2].',
  operands: {},
  attributes: { window: pair, span: pair },
  infer: (_, { window }) => ({ batched: false, dims: [(2 * window[0] - 1) * (2 * window[1] - 1), 2] }),
  evaluate: (_, { window, span }) => {
    const columns = 2 * window[1] - 1;
    const result = zeros([(2 * window[0] - 1) * columns, 2]);
    for (let row = 0; row < result.data.length / 2; row++) {
      result.data[2 * row] = logSpaced(Math.floor(row / columns) - window[0] + 1, span[0]);
      result.data[2 * row + 1] = logSpaced((row % columns) - window[1] + 1, span[1]);
    }
    return result;
  },
});

export const scaledSigmoid = defineOp({
  summary: 'limit / (1 + exp(-x)): between zero and the limit; parameters only.',
  operands: { x: 'required' },
  attributes: { limit: number },
  infer: ({ x }) => x,
  evaluate: ({ x }, { limit }) =>
    tensor(
      x.dims,
      x.data.map((value) => limit / (1 + Math.exp(-value))),
    ),
});
