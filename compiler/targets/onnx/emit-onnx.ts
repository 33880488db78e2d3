/** Model → an ONNX file: the bytes in order, each tensor computed when it is its turn. */
import type { ElementType } from '../../../runtime/plan.ts';
import { buildGraph } from '../../build/build.ts';
import type { Model } from '../../model/model.ts';
import { outputKind } from '../../plan/tables.ts';
import type { ParameterSource } from '../../weights/parameter-source.ts';
import { exportGraph } from './export-passes.ts';
import { type ExternalPlace, modelMessage, type OnnxPort, type OnnxTensor, tensorBytes } from './model-proto.ts';
import { bytesOf, type Chunk, lengthOf, type Message } from './wire.ts';
import { inputName, writeGraph } from './write-graph.ts';

export interface OnnxInput {
  readonly model: Model;
  readonly elementType: ElementType;
  readonly parameter: ParameterSource;
  readonly producer: { readonly name: string; readonly version: string };
  readonly documentation: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** The patch embedding and every stage after its merging are outputs too: `stages_0` and so on. */
  readonly taps?: boolean;
  /** What the file of the larger tensors is called where the model needs one. */
  readonly externalFile: string;
  /** Bytes of tensors above which those go into a file of their own; a protocol buffer ends at 2 GiB. */
  readonly largestFile?: number;
}

export interface OnnxFile {
  readonly elementType: ElementType;
  readonly model: Message;
  /** Undefined where the model's file holds everything. */
  readonly external: Message | undefined;
  readonly nodes: number;
  readonly input: OnnxPort;
  readonly outputs: readonly OnnxPort[];
}

const largestProtocolBuffer = 1_900_000_000;

/** Tensors of fewer bytes stay in the model, where tools that infer shapes look for them. */
const smallTensor = 1024;

/** Offsets that can be mapped into memory. */
const alignment = 4096;

interface External {
  readonly places: ReadonlyMap<OnnxTensor, ExternalPlace>;
  readonly content: Message;
}

const placeExternally = (tensors: readonly OnnxTensor[], file: string): External => {
  const places = new Map<OnnxTensor, ExternalPlace>();
  const content: Chunk[] = [];
  let offset = 0;
  for (const tensor of tensors) {
    const length = tensorBytes(tensor);
    if (length < smallTensor) continue;
    const gap = (alignment - (offset % alignment)) % alignment;
    content.push(new Uint8Array(gap), { length, read: tensor.read });
    places.set(tensor, { file, offset: offset + gap });
    offset += gap + length;
  }
  return { places, content };
};

export const emitOnnx = (input: OnnxInput): OnnxFile => {
  const { model, elementType, parameter, largestFile = largestProtocolBuffer } = input;
  const graph = exportGraph(buildGraph(model));
  const exported = graph.outputs.filter(({ name }) => input.taps === true || outputKind(name).kind !== 'stage');
  const written = writeGraph(graph, { elementType, parameter, outputs: exported });
  const bytes = written.tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  const external = bytes > largestFile ? placeExternally(written.tensors, input.externalFile) : undefined;
  const { channels, height, width } = model.input;
  const port = { name: inputName, dims: [channels, height, width] };
  const message = modelMessage({
    ...written,
    name: model.name,
    producer: input.producer,
    documentation: input.documentation,
    metadata: input.metadata,
    inputs: [port],
    external: external?.places ?? new Map(),
  });
  const { nodes, outputs } = written;
  return { elementType, model: message, external: external?.content, nodes: nodes.length, input: port, outputs };
};

/** The bytes of a message in pieces of a size that is worth a write. */
export function* piecesOf(message: Message): Generator<Uint8Array> {
  const worthWriting = 1 << 16;
  let small: Uint8Array[] = [];
  for (const chunk of message) {
    if (chunk.length < worthWriting) {
      small.push(bytesOf(chunk));
      if (small.reduce((sum, { length }) => sum + length, 0) < worthWriting) continue;
      yield joined(small);
    } else {
      if (small.length > 0) yield joined(small);
      yield bytesOf(chunk);
    }
    small = [];
  }
  if (small.length > 0) yield joined(small);
}

/** The whole message in memory. */
export const joined = (chunks: Message): Uint8Array => {
  const result = new Uint8Array(lengthOf(chunks));
  let offset = 0;
  for (const chunk of chunks) {
    result.set(bytesOf(chunk), offset);
    offset += chunk.length;
  }
  return result;
};
