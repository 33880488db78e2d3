/** An ONNX model as the messages of its protocol buffers; field numbers are those of `onnx.proto`. */
import type { OnnxAttribute } from '../../ops/onnx.ts';
import { embedded, float, integer, integers, type Message, optionalText, text } from './wire.ts';

/** What 1.13 and later runtimes read, and what LayerNormalization needs. */
const irVersion = 8;
const operatorSet = 17;

export const dataTypes = { f32: 1, f16: 10, i64: 7 } as const;
export const bytesPerValue = { f32: 4, f16: 2, i64: 8 } as const;
export type DataType = keyof typeof dataTypes;

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  /** An input that is left out is an empty name. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly type: DataType;
  readonly dims: readonly number[];
  /** Little-endian, in C order. */
  readonly read: () => Uint8Array;
}

/** An input or output; its first dimension is the batch. */
export interface OnnxPort {
  readonly name: string;
  readonly dims: readonly number[];
}

/** Where a tensor's bytes are when they are in a file of their own. */
export interface ExternalPlace {
  readonly file: string;
  readonly offset: number;
}

export interface OnnxModel {
  readonly name: string;
  readonly producer: { readonly name: string; readonly version: string };
  readonly documentation: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Of tensors that are not in the file itself. */
  readonly external: ReadonlyMap<OnnxTensor, ExternalPlace>;
}

export const tensorBytes = ({ dims, type }: Pick<OnnxTensor, 'dims' | 'type'>): number =>
  dims.reduce((product, dim) => product * dim, bytesPerValue[type]);

const attributeMessage = (name: string, attribute: OnnxAttribute): Message => {
  const [float32, int64, int64s] = [1, 2, 7];
  if ('float' in attribute) return [...text(1, name), ...float(2, attribute.float), ...integer(20, float32)];
  if ('integer' in attribute) return [...text(1, name), ...integer(3, attribute.integer), ...integer(20, int64)];
  return [...text(1, name), ...integers(8, attribute.integers), ...integer(20, int64s)];
};

const nodeMessage = ({ name, operator, inputs, outputs, attributes }: OnnxNode): Message => [
  ...inputs.flatMap((input) => text(1, input)),
  ...outputs.flatMap((output) => text(2, output)),
  ...text(3, name),
  ...text(4, operator),
  ...Object.entries(attributes).flatMap(([key, value]) => embedded(5, attributeMessage(key, value))),
];

const entry = (key: string, value: string): Message => [...text(1, key), ...text(2, value)];

const externalData = ({ file, offset }: ExternalPlace, length: number): Message => {
  const entries: readonly (readonly [string, string])[] = [
    ['location', file],
    ['offset', String(offset)],
    ['length', String(length)],
  ];
  return [...entries.flatMap(([key, value]) => embedded(13, entry(key, value))), ...integer(14, 1)];
};

const tensorMessage = (tensor: OnnxTensor, external: ExternalPlace | undefined): Message => {
  const length = tensorBytes(tensor);
  return [
    ...integers(1, tensor.dims),
    ...integer(2, dataTypes[tensor.type]),
    ...text(8, tensor.name),
    ...(external ? externalData(external, length) : embedded(9, [{ length, read: tensor.read }])),
  ];
};

const portMessage = ({ name, dims }: OnnxPort): Message => {
  const shape = [embedded(1, text(2, 'batch')), ...dims.map((dim) => embedded(1, integer(1, dim)))].flat();
  const type = [...integer(1, dataTypes.f32), ...embedded(2, shape)];
  return [...text(1, name), ...embedded(2, embedded(1, type))];
};

const graphMessage = ({ name, documentation, nodes, tensors, inputs, outputs, external }: OnnxModel): Message => [
  ...nodes.flatMap((node) => embedded(1, nodeMessage(node))),
  ...text(2, name),
  ...tensors.flatMap((tensor) => embedded(5, tensorMessage(tensor, external.get(tensor)))),
  ...optionalText(10, documentation),
  ...inputs.flatMap((port) => embedded(11, portMessage(port))),
  ...outputs.flatMap((port) => embedded(12, portMessage(port))),
];

export const modelMessage = (model: OnnxModel): Message => [
  ...integer(1, irVersion),
  ...text(2, model.producer.name),
  ...text(3, model.producer.version),
  ...optionalText(6, model.documentation),
  ...embedded(7, graphMessage(model)),
  ...embedded(8, integer(2, operatorSet)),
  ...Object.entries(model.metadata).flatMap(([key, value]) => embedded(14, entry(key, value))),
];
