/** Finds each weight of a plan among the tensors of a source, and hands its bytes over a piece at a time. */

import { type ByteReader, type ByteStream, createByteReader } from './byte-reader.ts';
import { messageOf } from './device.ts';
import { WeightsError } from './errors.ts';
import { elementBytes, elementCount } from './memory.ts';
import type { Plan, PlanBuffer } from './plan.ts';
import {
  dataStartOf,
  lengthBytes,
  parseSafetensors,
  parseSafetensorsHeader,
  requireLength,
  SafetensorsError,
  type TensorEntry,
} from './safetensors.ts';

export interface WeightTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Asked for once, when it is that tensor's turn: a getter may compute or read it then. */
  readonly data: Uint8Array;
  /**
   * Where a part can be had without the whole, `data` is not asked for: the bytes from `begin` up to `end`, a view or in
   * the beginning of `memory`, which has room for them.
   */
  readonly part?: (begin: number, end: number, memory: Uint8Array) => Uint8Array;
}

export interface WeightTensors {
  readonly tensors: ReadonlyMap<string, WeightTensor>;
}

/** A safetensors file, in memory or as it arrives, or tensors that come from anywhere. */
export type WeightSource = Uint8Array | WeightTensors | ByteStream;

export interface WeightPiece {
  /** The weight's buffer in the plan. */
  readonly index: number;
  /** In bytes, a multiple of four. */
  readonly offset: number;
  /** Used up before the next piece is asked for. */
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** Weights that fit a plan, each of whose bytes comes once. */
export interface WeightFeed {
  /** How many weights there are. */
  readonly total: number;
  readonly pieces: AsyncIterable<WeightPiece>;
  /** Gives back what the source holds, whether or not all was read. */
  readonly close: () => Promise<void>;
}

const DTYPES = { f32: 'F32', f16: 'F16' } as const;

/** The source may hold more tensors than the plan asks for; what it lacks is a WeightsError before any byte is read. */
export async function openWeights(plan: Plan, source: WeightSource): Promise<WeightFeed> {
  if (source instanceof Uint8Array)
    return feedOfTensors(
      plan,
      asSafetensors(() => parseSafetensors(source)),
    );
  if ('tensors' in source) return feedOfTensors(plan, source);
  const reader = createByteReader(source);
  try {
    return await feedOfStream(plan, reader);
  } catch (error) {
    await reader.close();
    throw error;
  }
}

function feedOfTensors(plan: Plan, { tensors }: WeightTensors): WeightFeed {
  const matched = matchWeights(plan, tensors);
  return { total: matched.size, pieces: piecesOfTensors(plan, matched), close: async () => undefined };
}

/** Bytes of a part of a tensor: what is computed in parts needs more time the smaller they are, and all need memory. */
const partBytes = 2 ** 22;

async function* piecesOfTensors(
  plan: Plan,
  matched: ReadonlyMap<number, WeightTensor>,
): AsyncGenerator<WeightPiece, void, undefined> {
  const memory = new Uint8Array(partBytes);
  for (const [index, tensor] of matched) {
    const buffer = plan.buffers[index];
    if (buffer === undefined || tensor.part === undefined) {
      yield { index, offset: 0, bytes: tensor.data, isLast: true };
      continue;
    }
    const length = elementCount(buffer) * elementBytes(buffer);
    for (let offset = 0; offset < length; offset += partBytes) {
      const end = Math.min(offset + partBytes, length);
      yield { index, offset, bytes: tensor.part(offset, end, memory), isLast: end === length };
    }
  }
}

async function feedOfStream(plan: Plan, reader: ByteReader): Promise<WeightFeed> {
  const start = await reader.read(lengthBytes);
  const headerLength = asSafetensors(() => dataStartOf(start)) - lengthBytes;
  const header = await reader.read(headerLength);
  const { entries, dataLength } = asSafetensors(() => {
    if (header.length === headerLength) return parseSafetensorsHeader(header);
    throw new SafetensorsError('truncated', `the header says ${headerLength} bytes, the file has ${header.length}`);
  });
  const matched = matchWeights(plan, new Map(entries.map((entry) => [entry.name, entry])));
  const indices = new Map([...matched].map(([index, entry]) => [entry, index]));
  return { total: matched.size, pieces: piecesOf(reader, entries, indices, dataLength), close: reader.close };
}

/** Every byte of the file passes here, those of tensors that nobody wants too. */
async function* piecesOf(
  reader: ByteReader,
  entries: readonly TensorEntry[],
  indices: ReadonlyMap<TensorEntry, number>,
  dataLength: number,
): AsyncIterable<WeightPiece> {
  for (const entry of entries) {
    const index = indices.get(entry);
    for (let read = entry.begin; read < entry.end; ) {
      const bytes = await reader.take(entry.end - read);
      if (bytes.length === 0) asSafetensors(() => requireLength(dataLength, read));
      const offset = read - entry.begin;
      read += bytes.length;
      if (index !== undefined) yield { index, offset, bytes, isLast: read === entry.end };
    }
  }
  if ((await reader.take(1)).length > 0) {
    asSafetensors(() => {
      throw new SafetensorsError('trailing-bytes', 'bytes at the end belong to no tensor');
    });
  }
}

function asSafetensors<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new WeightsError(`the weights are no safetensors file: ${messageOf(error)}`, { cause: error });
  }
}

type Described = Pick<WeightTensor, 'dtype' | 'shape'>;

/** The tensor of each weight buffer, by its index in the plan. */
function matchWeights<Tensor extends Described>(
  plan: Plan,
  tensors: ReadonlyMap<string, Tensor>,
): ReadonlyMap<number, Tensor> {
  const weights = [...plan.buffers.entries()].filter(([, buffer]) => buffer.role === 'weight');
  return new Map(weights.map(([index, buffer]) => [index, matchWeight(buffer, tensors.get(buffer.name))]));
}

function matchWeight<Tensor extends Described>({ name, type, shape }: PlanBuffer, tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) {
    throw new WeightsError(`the weights lack ${name}`);
  }
  if (tensor.dtype !== DTYPES[type]) {
    throw new WeightsError(`weight ${name} is ${tensor.dtype}; the plan asks for ${DTYPES[type]}`);
  }
  const isSame = tensor.shape.length === shape.length && tensor.shape.every((length, axis) => length === shape[axis]);
  if (!isSame) {
    throw new WeightsError(`weight ${name} is [${tensor.shape.join(', ')}]; the plan asks for [${shape.join(', ')}]`);
  }
  return tensor;
}
