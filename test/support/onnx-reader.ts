/** Reads an ONNX file back, as much of it as tests ask for: an own reader, so that the writer is not judged by itself. */

export interface ReadNode {
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface ReadTensor {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

export interface ReadModel {
  readonly irVersion: number;
  readonly operatorSet: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly nodes: readonly ReadNode[];
  readonly tensors: readonly ReadTensor[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

interface Field {
  readonly number: number;
  /** Of fields of the types varint and bytes; others are not asked for. */
  readonly value: number;
  readonly bytes: Uint8Array;
}

function fieldsOf(bytes: Uint8Array): readonly Field[] {
  let offset = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[offset++];
      if (byte === undefined) throw new RangeError('the message ends in the middle of a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
  };
  const fields: Field[] = [];
  while (offset < bytes.length) {
    const tag = varint();
    const [number, type] = [tag >>> 3, tag & 7];
    if (type !== 0 && type !== 2 && type !== 5) throw new RangeError(`field ${number} has the wire type ${type}`);
    const value = type === 5 ? 0 : varint();
    const length = type === 2 ? value : type === 5 ? 4 : 0;
    if (offset + length > bytes.length) throw new RangeError(`field ${number} is longer than its message`);
    fields.push({ number, value, bytes: bytes.subarray(offset, offset + length) });
    offset += length;
  }
  return fields;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

const all = (fields: readonly Field[], number: number): readonly Field[] =>
  fields.filter((field) => field.number === number);
const texts = (fields: readonly Field[], number: number): readonly string[] =>
  all(fields, number).map(({ bytes }) => decoder.decode(bytes));
const textOf = (fields: readonly Field[], number: number): string => texts(fields, number)[0] ?? '';
const numberOf = (fields: readonly Field[], number: number): number => all(fields, number)[0]?.value ?? Number.NaN;
const messages = (fields: readonly Field[], number: number): readonly (readonly Field[])[] =>
  all(fields, number).map(({ bytes }) => fieldsOf(bytes));

export function readOnnx(file: Uint8Array): ReadModel {
  const model = fieldsOf(file);
  const graph = messages(model, 7)[0] ?? [];
  return {
    irVersion: numberOf(model, 1),
    operatorSet: numberOf(messages(model, 8)[0] ?? [], 2),
    metadata: Object.fromEntries(messages(model, 14).map((entry) => [textOf(entry, 1), textOf(entry, 2)])),
    nodes: messages(graph, 1).map((node) => ({
      name: textOf(node, 3),
      operator: textOf(node, 4),
      inputs: texts(node, 1),
      outputs: texts(node, 2),
    })),
    tensors: messages(graph, 5).map((tensor) => ({
      name: textOf(tensor, 8),
      type: numberOf(tensor, 2),
      dims: all(tensor, 1).map(({ value }) => value),
      data: all(tensor, 9)[0]?.bytes ?? new Uint8Array(),
    })),
    inputs: messages(graph, 11).map((port) => textOf(port, 1)),
    outputs: messages(graph, 12).map((port) => textOf(port, 1)),
  };
}
