/**
 * What onnx-tool (up to v0.6.5) would count of a model exported by PyTorch 1.13 when freshly initialised: the columns
 * MACs and Param of the Swin-Free paper's Table 6. Both differ from the true figures: it counts every arithmetic op as
 * so many multiply-accumulates, and the tensors of the exported file in place of the parameters.
 */
import { type AnyNode, erased, type Graph, nodesOf } from '../graph/node.ts';
import type { Model } from '../model/model.ts';
import type { OpName } from '../ops/index.ts';
import { lastDim, volume } from '../ops/op.ts';
import { isExported } from './onnx-tool-family.ts';
import { initialisersOf } from './onnx-tool-initialisers.ts';

export const macKinds = [
  'product',
  'bias',
  'norm',
  'scale',
  'attention',
  'position',
  'softmax',
  'activation',
  'residual',
  'pool',
] as const;

export type MacKind = (typeof macKinds)[number];

/** An amount that the tool counts, and the stage that it belongs to; without one, the patch embedding or the head. */
export interface OnnxToolEntry {
  readonly kind: MacKind | 'parameter';
  readonly stage: number | undefined;
  readonly amount: number;
}

export interface OnnxToolCount {
  readonly macs: number;
  readonly params: number;
}

/** What the tool takes one elementary operation for. */
const [add, multiply, compare, divide, exponential, power, squareRoot] = [1, 1, 1, 2, 16, 32, 4] as const;

/** Reduce, subtract, power, reduce, divide, scale and shift; and, for each token, add epsilon and take the root. */
const perNormedValue = add + add + power + add + divide + multiply + add;
const perNormedToken = add + squareRoot;

const perSoftmaxValue = exponential + divide;

/** GELU is x / sqrt(2), its error function (counted as nothing), + 1, * x and * 0.5. */
const perActivatedValue: Readonly<Record<string, number>> = {
  gelu: divide + add + multiply + multiply,
  relu: compare,
};

type Macs = Readonly<Partial<Record<MacKind, number>>>;

const linearMacs = ({ operands, shape }: AnyNode): Macs => {
  const values = volume(shape.dims);
  const { weight, bias } = operands;
  const depth = weight ? volume(weight.shape.dims.slice(1)) : 0;
  return { product: values * depth, bias: bias ? add * values : 0 };
};

const attentionMacs = ({ operands, attributes, shape }: AnyNode): Macs => {
  const values = volume(shape.dims);
  const [windows = 0, tokens = 0] = shape.dims;
  const scores = windows * Number(attributes['heads']) * tokens * tokens;
  const terms = [operands['bias'], operands['mask']].filter((term) => term !== undefined).length;
  return {
    scale: multiply * values,
    attention: 2 * tokens * values,
    position: terms * add * scores,
    softmax: perSoftmaxValue * scores,
  };
};

const normMacs = ({ shape }: AnyNode): Macs => {
  const values = volume(shape.dims);
  return { norm: perNormedValue * values + (perNormedToken * values) / lastDim(shape) };
};

const poolMacs = ({ operands, shape }: AnyNode): Macs => ({
  pool: add * volume(operands['x']?.shape.dims ?? []) + divide * volume(shape.dims),
});

/** Ops that are not here count as nothing: batch norm, and whatever only moves values. */
const macsByOp: Readonly<Partial<Record<OpName, (node: AnyNode) => Macs>>> = {
  linear: linearMacs,
  attention: attentionMacs,
  layer_norm: normMacs,
  activation: ({ attributes, shape }) => ({
    activation: (perActivatedValue[String(attributes['kind'])] ?? 0) * volume(shape.dims),
  }),
  add: ({ shape }) => ({ residual: add * volume(shape.dims) }),
  pool: poolMacs,
};

const macEntries = (graph: Graph): readonly OnnxToolEntry[] =>
  nodesOf(graph).flatMap((node) => {
    const macs = macsByOp[node.op]?.(erased(node)) ?? {};
    return macKinds.map((kind) => ({ kind, stage: node.scope?.stage, amount: macs[kind] ?? 0 }));
  });

/** Integers in the exported file that say shapes: of the model, of each block, and of each shifted block. */
const shapeIntegers = { model: 97, block: 42, shiftedBlock: 33 } as const;

const integerEntries = ({ stages }: Model): readonly OnnxToolEntry[] => [
  { kind: 'parameter', stage: undefined, amount: shapeIntegers.model },
  ...stages.map(({ number, blocks }) => {
    const shifted = blocks.filter(({ shift }) => shift.height > 0 || shift.width > 0).length;
    const amount = shapeIntegers.block * blocks.length + shapeIntegers.shiftedBlock * shifted;
    return { kind: 'parameter', stage: number, amount } as const;
  }),
];

/** Everything that the tool counts of a model and its naive graph; null where the paper exported nothing of the kind. */
export const onnxToolEntries = (model: Model, naive: Graph): readonly OnnxToolEntry[] | null => {
  if (!isExported(model)) return null;
  const tensors = initialisersOf(naive).map(
    ({ stage, values }) => ({ kind: 'parameter', stage, amount: values }) as const,
  );
  return [...macEntries(naive), ...tensors, ...integerEntries(model)];
};

export const onnxToolCount = (entries: readonly OnnxToolEntry[]): OnnxToolCount => {
  const sum = (chosen: readonly OnnxToolEntry[]): number => chosen.reduce((total, { amount }) => total + amount, 0);
  const isParameter = ({ kind }: OnnxToolEntry): boolean => kind === 'parameter';
  return { macs: sum(entries.filter((entry) => !isParameter(entry))), params: sum(entries.filter(isParameter)) };
};
