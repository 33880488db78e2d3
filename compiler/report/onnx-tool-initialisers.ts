/**
 * Tensors of the ONNX file that PyTorch 1.13 exports of a freshly initialised model. The export folds the bias table of
 * each block into a dense [1, heads, N, N], keeps the shift masks, and stores tensors of equal shape and values once:
 * fresh biases and statistics are all zeros or all ones, so that one of each length is left.
 */
import { type AnyNode, erased, type Graph, type Node, nodesOf } from '../graph/node.ts';
import type { OpName } from '../ops/index.ts';
import { volume } from '../ops/op.ts';

interface Initialiser {
  /** Equal for equal tensors. */
  readonly identity: string;
  readonly values: number;
}

export interface StoredTensor {
  /** Where it is met first; without a stage, in the patch embedding or the head. */
  readonly stage: number | undefined;
  readonly values: number;
}

const all = (value: 'zeros' | 'ones', vector: Node | undefined): readonly Initialiser[] => {
  if (!vector) return [];
  const values = volume(vector.shape.dims);
  return [{ identity: `${value} ${vector.shape.dims}`, values }];
};

/** Random values, or values that no other tensor has. */
const own = (tensor: Node | undefined): readonly Initialiser[] =>
  tensor ? [{ identity: `node ${tensor.id}`, values: volume(tensor.shape.dims) }] : [];

/** A convolution's bias is random when it is fresh; that of a linear is zeros. */
const linearTensors = ({ operands }: AnyNode): readonly Initialiser[] => [
  ...own(operands['weight']),
  ...(operands['x']?.op === 'patch_unfold' ? own(operands['bias']) : all('zeros', operands['bias'])),
];

const tensorsByOp: Readonly<Partial<Record<OpName, (node: AnyNode) => readonly Initialiser[]>>> = {
  linear: linearTensors,
  layer_norm: ({ operands }) => [...all('ones', operands['weight']), ...all('zeros', operands['bias'])],
  batch_norm: ({ operands }) => [
    ...all('ones', operands['weight']),
    ...all('zeros', operands['bias']),
    ...all('zeros', operands['mean']),
    ...all('ones', operands['variance']),
  ],
  // Equal masks are one node of the graph already.
  attention: ({ operands }) => [...own(operands['bias']), ...own(operands['mask'])],
};

/** Each tensor of the exported file once, at its first use. */
export const initialisersOf = (naive: Graph): readonly StoredTensor[] => {
  const seen = new Set<string>();
  return nodesOf(naive).flatMap((node) =>
    (tensorsByOp[node.op]?.(erased(node)) ?? []).flatMap(({ identity, values }) => {
      if (seen.has(identity)) return [];
      seen.add(identity);
      return [{ stage: node.scope?.stage, values }];
    }),
  );
};
