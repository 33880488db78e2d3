/**
 * The safetensors format: the length of a JSON header, the header, and the tensors' bytes one after another. Reading is
 * strict, because a file from anywhere decides here what is read as a weight; it copies nothing.
 */
import { type ByteSource, sourceOfBytes } from './byte-source.ts';
import { duplicateKey } from './duplicate-keys.ts';
import { fromHalves, toHalves } from './float16.ts';

/** Bits of one value. */
const bitsOf = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

export type Dtype = keyof typeof bitsOf;

export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /**
   * Little-endian, in C order: a view of the file that it was read from, or read or computed anew whenever it is asked
   * for, so that nobody has to hold it.
   */
  readonly data: Uint8Array;
  /** A part of `data`, where it can be had without the whole. */
  readonly part?: ReadPart;
}

/** The bytes from `begin` up to `end`: a view, or the beginning of `memory`, which has room for them. */
export type ReadPart = (begin: number, end: number, memory: Uint8Array) => Uint8Array;

export interface Safetensors {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

export type SafetensorsErrorCode =
  | 'truncated'
  | 'header-too-large'
  | 'header-not-json'
  | 'duplicate-key'
  | 'invalid-name'
  | 'invalid-metadata'
  | 'invalid-tensor'
  | 'unknown-dtype'
  | 'size-mismatch'
  | 'not-contiguous'
  | 'trailing-bytes'
  | 'not-floating-point';

export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  readonly code: SafetensorsErrorCode;

  constructor(code: SafetensorsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Those that say how long the header is. */
export const lengthBytes = 8;
const largestHeader = 100_000_000;
const metadataKey = '__metadata__';
const openingBrace = 0x7b;

/** Where a tensor lies, counted from the first byte after the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the file, one after another without a gap. */
  readonly entries: readonly TensorEntry[];
  /** Bytes of all tensors. */
  readonly dataLength: number;
}

/** A file in memory; its tensors are views of it. */
export function parseSafetensors(bytes: Uint8Array): Safetensors {
  return openSafetensors(sourceOfBytes(bytes));
}

/** A file anywhere, of which the header is read, and each tensor when its data are asked for. */
export function openSafetensors({ length, read }: ByteSource): Safetensors {
  const dataStart = dataStartOf(read(0, Math.min(lengthBytes, length)));
  if (dataStart > length) {
    const [said, found] = [dataStart - lengthBytes, length - lengthBytes];
    throw new SafetensorsError('truncated', `the header says ${said} bytes, the file has ${found}`);
  }
  const { metadata, entries, dataLength } = parseSafetensorsHeader(read(lengthBytes, dataStart));
  requireLength(dataLength, length - dataStart);
  const tensors = entries.map(({ name, dtype, shape, begin, end }): [string, Tensor] => [
    name,
    {
      dtype,
      shape,
      get data() {
        return read(dataStart + begin, dataStart + end);
      },
      part: (from, to, memory) => read(dataStart + begin + from, dataStart + begin + to, memory),
    },
  ]);
  return { metadata, tensors: new Map(tensors) };
}

/** Where the tensors begin, by the first bytes of a file. */
export function dataStartOf(bytes: Uint8Array): number {
  if (bytes.length < lengthBytes) throw new SafetensorsError('truncated', 'the file is shorter than 8 bytes');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true));
  if (length > largestHeader) {
    throw new SafetensorsError('header-too-large', `a header of ${length} bytes is over the limit of ${largestHeader}`);
  }
  return lengthBytes + length;
}

/** What stands between the length of the header and the first tensor. */
export function parseSafetensorsHeader(bytes: Uint8Array): SafetensorsHeader {
  const { [metadataKey]: metadata = {}, ...described } = parseHeader(bytes);
  const entries = Object.entries(described).map(([name, value]) => readEntry(name, value));
  entries.sort((left, right) => left.begin - right.begin || left.end - right.end);
  requireContiguous(entries);
  return { metadata: readMetadata(metadata), entries, dataLength: entries.at(-1)?.end ?? 0 };
}

/** Whether a file has the bytes that its header promises, and no more. */
export function requireLength(promised: number, found: number): void {
  if (promised > found) {
    throw new SafetensorsError('truncated', `the tensors need ${promised} bytes, the file has ${found}`);
  }
  if (promised < found) {
    throw new SafetensorsError('trailing-bytes', `${found - promised} bytes at the end belong to no tensor`);
  }
}

export interface SafetensorsPieces {
  readonly length: number;
  /** Tensor by tensor, so that those which are computed when they are asked for need not all be in memory. */
  readonly pieces: () => Iterable<Uint8Array>;
}

/** The same tensors give the same bytes: wide values first, so that all are aligned, then by name. */
export function safetensorsPieces(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): SafetensorsPieces {
  const ordered = [...tensors].sort(
    ([leftName, left], [rightName, right]) =>
      bitsOf[right.dtype] - bitsOf[left.dtype] || (leftName < rightName ? -1 : 1),
  );
  const header = writeHeader(ordered, metadata);
  const start = new Uint8Array(lengthBytes + header.length);
  new DataView(start.buffer).setBigUint64(0, BigInt(header.length), true);
  start.set(header, lengthBytes);
  function* pieces(): Iterable<Uint8Array> {
    yield start;
    for (const [name, { dtype, shape, data }] of ordered) {
      requireSize(name, dtype, shape, data.length);
      yield data;
    }
  }
  return { length: ordered.reduce((sum, [, tensor]) => sum + byteLengthOf(tensor), start.length), pieces };
}

export function serialiseSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { length, pieces } = safetensorsPieces(tensors, metadata);
  const file = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces()) {
    file.set(piece, offset);
    offset += piece.length;
  }
  return file;
}

/** Bytes that a tensor's shape asks for; its data are not looked at. */
export function byteLengthOf({ dtype, shape }: Pick<Tensor, 'dtype' | 'shape'>): number {
  return Math.ceil((shape.reduce((product, length) => product * length, 1) * bitsOf[dtype]) / 8);
}

/** Bytes of the tensor's data from `begin` up to `end`. */
export function partOf(tensor: Tensor, begin: number, end: number, memory: Uint8Array): Uint8Array {
  return tensor.part?.(begin, end, memory) ?? tensor.data.subarray(begin, end);
}

/**
 * A floating-point tensor's values; of an F32 one they share its memory where it is aligned. Others go to the beginning
 * of `memory` where it is given.
 */
export function toFloat32({ dtype, data }: Tensor, memory?: Float32Array): Float32Array {
  if (dtype === 'F32') return new Float32Array(...aligned(data, 4));
  if (dtype === 'F16') return fromHalves(new Uint16Array(...aligned(data, 2)), memory);
  if (dtype === 'BF16') return fromUpperHalves(new Uint16Array(...aligned(data, 2)), memory);
  if (dtype !== 'F64') throw new SafetensorsError('not-floating-point', `${dtype} values are not read as numbers`);
  const doubles = new Float64Array(...aligned(data, 8));
  const values = (memory ?? new Float32Array(doubles.length)).subarray(0, doubles.length);
  values.set(doubles);
  return values;
}

/** A bfloat16 is the upper half of a float32. */
function fromUpperHalves(halves: Uint16Array, memory: Float32Array = new Float32Array(halves.length)): Float32Array {
  const bits = new Uint32Array(memory.buffer, memory.byteOffset, halves.length);
  for (let index = 0; index < bits.length; index++) bits[index] = (halves[index] ?? 0) << 16;
  return memory.subarray(0, halves.length);
}

export function fromFloat32(values: Float32Array, shape: readonly number[], dtype: 'F32' | 'F16'): Tensor {
  const stored = dtype === 'F32' ? values : toHalves(values);
  return { dtype, shape, data: new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength) };
}

/** Arguments of a typed array's constructor over the bytes, which move first if they start at an odd place. */
function aligned(data: Uint8Array, width: number): [ArrayBufferLike, number, number] {
  const { buffer, byteOffset, length } = data.byteOffset % width === 0 ? data : data.slice();
  return [buffer, byteOffset, length / width];
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes[0] !== openingBrace) throw new SafetensorsError('header-not-json', 'the header does not start with {');
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    throw new SafetensorsError('header-not-json', 'the header is not JSON in UTF-8');
  }
  const repeated = duplicateKey(text);
  if (repeated !== undefined) throw new SafetensorsError('duplicate-key', `the header repeats ${quote(repeated)}`);
  if (!isRecord(header)) throw new SafetensorsError('header-not-json', 'the header is not an object');
  return header;
}

function readMetadata(metadata: unknown): Readonly<Record<string, string>> {
  if (!isRecord(metadata)) throw new SafetensorsError('invalid-metadata', `${metadataKey} is not an object`);
  const entries = Object.entries(metadata).map(([key, value]): [string, string] => {
    if (typeof value === 'string') return [key, value];
    throw new SafetensorsError('invalid-metadata', `${quote(key)} in ${metadataKey} is not a string`);
  });
  return Object.fromEntries(entries);
}

function readEntry(name: string, value: unknown): TensorEntry {
  requireWellFormed(name);
  if (!isRecord(value)) throw new SafetensorsError('invalid-tensor', `${quote(name)} is not an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !isDtype(dtype)) {
    throw new SafetensorsError('unknown-dtype', `${quote(name)} has no known dtype`);
  }
  if (!isCountArray(shape)) throw new SafetensorsError('invalid-tensor', `${quote(name)} has no valid shape`);
  if (!isCountArray(offsets)) throw new SafetensorsError('invalid-tensor', `${quote(name)} has no valid data_offsets`);
  const [begin, end, ...rest] = offsets;
  if (begin === undefined || end === undefined || rest.length > 0 || begin > end) {
    throw new SafetensorsError('invalid-tensor', `${quote(name)} has no valid data_offsets`);
  }
  requireSize(name, dtype, shape, end - begin);
  return { name, dtype, shape, begin, end };
}

function requireSize(name: string, dtype: Dtype, shape: readonly number[], size: number): void {
  const values = shape.reduce((product, length) => product * length, 1);
  const bits = values * bitsOf[dtype];
  if (!Number.isSafeInteger(values) || !Number.isSafeInteger(bits) || bits !== size * 8) {
    const asked = `${dtype} [${shape.join(', ')}]`;
    throw new SafetensorsError('size-mismatch', `${quote(name)} has ${size} bytes, which is not the size of ${asked}`);
  }
}

function requireContiguous(entries: readonly TensorEntry[]): void {
  let reached = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== reached) {
      const fault = begin < reached ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw new SafetensorsError('not-contiguous', `${quote(name)} ${fault}`);
    }
    reached = end;
  }
}

function writeHeader(
  ordered: readonly (readonly [string, Tensor])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) {
    const sorted = Object.entries(metadata).sort(([left], [right]) => (left < right ? -1 : 1));
    entries.push([metadataKey, Object.fromEntries(sorted)]);
  }
  let offset = 0;
  for (const [name, { dtype, shape }] of ordered) {
    requireWellFormed(name);
    if (name === metadataKey) throw new SafetensorsError('invalid-name', `no tensor can be called ${metadataKey}`);
    const end = offset + byteLengthOf({ dtype, shape });
    entries.push([name, { dtype, shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const json = JSON.stringify(Object.fromEntries(entries));
  const encoded = new TextEncoder().encode(json);
  const padded = new Uint8Array(Math.ceil(encoded.length / 8) * 8).fill(0x20);
  padded.set(encoded);
  if (padded.length > largestHeader) throw new SafetensorsError('header-too-large', 'the header is over 100 MB');
  return padded;
}

/** UTF-8 has no lone surrogates, so a name with one could not be written back. */
function requireWellFormed(name: string): void {
  if (/\p{Surrogate}/u.test(name)) throw new SafetensorsError('invalid-name', `${quote(name)} is not Unicode text`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDtype(name: string): name is Dtype {
  return Object.hasOwn(bitsOf, name);
}

function isCountArray(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function quote(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}
