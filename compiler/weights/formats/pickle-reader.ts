/** Reading the arguments of pickle's opcodes, one after another. */
import { CheckpointFileError } from './checkpoint-file-error.ts';
import type { PickleValue } from './pickle-values.ts';

export interface PickleReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position: number;
}

/** No number that a checkpoint needs is longer; conversion takes more than linear time. */
const longestNumber = 256;
const newline = 0x0a;

export function readerOf(bytes: Uint8Array): PickleReader {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), position: 0 };
}

/** Steps over some bytes and answers where they start. */
export function advance(reader: PickleReader, count: number): number {
  const start = reader.position;
  if (count > reader.bytes.length - start) throw new CheckpointFileError('the pickle ends too early');
  reader.position = start + count;
  return start;
}

export const readByte = (reader: PickleReader): number => reader.view.getUint8(advance(reader, 1));

export const readUint16 = (reader: PickleReader): number => reader.view.getUint16(advance(reader, 2), true);

export const readUint32 = (reader: PickleReader): number => reader.view.getUint32(advance(reader, 4), true);

export const readInt32 = (reader: PickleReader): number => reader.view.getInt32(advance(reader, 4), true);

/** Counts of 64 bits; one that is no safe integer is beyond the end of any file. */
export const readUint64 = (reader: PickleReader): number => Number(reader.view.getBigUint64(advance(reader, 8), true));

/** The one number that is big-endian. */
export const readFloat64 = (reader: PickleReader): number => reader.view.getFloat64(advance(reader, 8), false);

export function readText(reader: PickleReader, length: number): string {
  const start = advance(reader, length);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      reader.bytes.subarray(start, start + length),
    );
  } catch {
    throw new CheckpointFileError('a string of the pickle is not UTF-8');
  }
}

/** The strings of Python 2, which are bytes unless they are ASCII. */
export function readOldText(reader: PickleReader, length: number): PickleValue {
  const start = advance(reader, length);
  const bytes = reader.bytes.subarray(start, start + length);
  return bytes.every((byte) => byte < 0x80) ? new TextDecoder().decode(bytes) : { kind: 'other', what: 'bytes' };
}

/** Up to the end of a line, which is stepped over. */
export function readLine(reader: PickleReader): string {
  const end = reader.bytes.indexOf(newline, reader.position);
  if (end < 0) throw new CheckpointFileError('the pickle ends too early');
  const text = readText(reader, end - reader.position);
  advance(reader, 1);
  return text;
}

/** A number where it is one exactly, else a bigint. */
export function readInteger(reader: PickleReader, length: number): number | bigint {
  if (length > longestNumber) throw tooLong();
  const start = advance(reader, length);
  let value = 0n;
  for (let index = start + length - 1; index >= start; index--) {
    value = (value << 8n) | BigInt(reader.view.getUint8(index));
  }
  return narrow(length === 0 ? 0n : BigInt.asIntN(8 * length, value));
}

/** The line of a text opcode; 00 and 01 are how the oldest protocols write truth values. */
export function readIntegerLine(reader: PickleReader): number | bigint | boolean {
  const line = readLine(reader);
  if (line === '00' || line === '01') return line === '01';
  if (line.length > longestNumber) throw tooLong();
  if (!/^-?\d+L?$/.test(line)) throw new CheckpointFileError('a number of the pickle has no digits');
  return narrow(BigInt(line.replace('L', '')));
}

export function readFloatLine(reader: PickleReader): number {
  const line = readLine(reader);
  if (line.length > longestNumber) throw tooLong();
  return Number(line);
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function tooLong(): CheckpointFileError {
  return new CheckpointFileError(`a number of the pickle is longer than ${longestNumber} bytes`);
}
