/**
 * The wire format of protocol buffers, as much of it as an ONNX file needs. A message is a list of chunks whose lengths
 * are known before their bytes are, so that a file of any size is written with one tensor at a time in memory.
 */

/** Bytes that are made when they are written. */
export interface DeferredBytes {
  readonly length: number;
  readonly read: () => Uint8Array;
}

export type Chunk = Uint8Array | DeferredBytes;
export type Message = readonly Chunk[];

const wireTypes = { varint: 0, bytes: 2, float: 5 } as const;

const encoder = new TextEncoder();

/** Negative numbers are those of 64 bits in two's complement. */
const varint = (value: number): readonly number[] => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return bytes;
};

const tag = (field: number, type: keyof typeof wireTypes): readonly number[] => varint(field * 8 + wireTypes[type]);

export const lengthOf = (message: Message): number => message.reduce((sum, { length }) => sum + length, 0);

export const integer = (field: number, value: number): Message => [
  Uint8Array.from([...tag(field, 'varint'), ...varint(value)]),
];

export const integers = (field: number, values: readonly number[]): Message =>
  values.flatMap((value) => integer(field, value));

export const float = (field: number, value: number): Message => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [Uint8Array.from([...tag(field, 'float'), ...bytes])];
};

export const embedded = (field: number, content: Message): Message => [
  Uint8Array.from([...tag(field, 'bytes'), ...varint(lengthOf(content))]),
  ...content,
];

export const text = (field: number, value: string): Message => embedded(field, [encoder.encode(value)]);

/** A text of no length is one that is not there. */
export const optionalText = (field: number, value: string): Message => (value === '' ? [] : text(field, value));

export const bytesOf = (chunk: Chunk): Uint8Array => (chunk instanceof Uint8Array ? chunk : chunk.read());
