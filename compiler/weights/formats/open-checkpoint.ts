/** A checkpoint file of any kind that is read: which one its first bytes say. */
import { type ByteSource, sourceOfBytes, wholeOf } from '../../../runtime/byte-source.ts';
import { openSafetensors, type Tensor } from '../../../runtime/safetensors.ts';
import { CheckpointFileError } from './checkpoint-file-error.ts';
import { readPytorch } from './pytorch.ts';

export interface CheckpointFile {
  readonly format: 'safetensors' | 'pytorch';
  /** Under the names of the file, without the `module.` that parallel training puts before each. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Functions and types that a pickle names and that were neither imported nor called. */
  readonly ignored: readonly string[];
  /** Keys beside the tensors whose values are none, such as counters. */
  readonly skipped: readonly string[];
  /** The key under which the state dict was, as `model`; a path where there were several. */
  readonly wrapper: string | null;
  /** Keys of other state dicts in the file, which are not read. */
  readonly others: readonly string[];
}

const parallelPrefix = 'module.';
const openingBrace = 0x7b;
const pickleProtocol = 0x80;
/** Bytes that tell the kinds apart. */
const longestStart = 9;

/** Throws CheckpointFileError, or SafetensorsError where the file is meant to be one. */
export function openCheckpoint(file: Uint8Array | ByteSource): CheckpointFile {
  return withoutParallelPrefix(readCheckpointFile(file));
}

/** The same with every name as the file has it. Of safetensors, the header is read and each tensor when it is wanted. */
export function readCheckpointFile(file: Uint8Array | ByteSource): CheckpointFile {
  const source = file instanceof Uint8Array ? sourceOfBytes(file) : file;
  const start = source.read(0, Math.min(longestStart, source.length));
  if (isZip(start)) {
    const { inert, ...read } = readPytorch(wholeOf(source));
    return { format: 'pytorch', metadata: new Map(), ignored: inert, ...read };
  }
  if (isBarePickle(start)) throw oldFormat();
  const { tensors, metadata } = openSafetensors(source);
  const entries = new Map(Object.entries(metadata));
  const nothing = { ignored: [], skipped: [], wrapper: null, others: [] };
  return { format: 'safetensors', tensors, metadata: entries, ...nothing };
}

/** A prefix only where every tensor has it: a model may have a part of that name. */
export function withoutParallelPrefix(file: CheckpointFile): CheckpointFile {
  const entries = [...file.tensors];
  if (!entries.every(([name]) => name.startsWith(parallelPrefix))) return file;
  const shortened = entries.map(([name, tensor]) => [name.slice(parallelPrefix.length), tensor] as const);
  return { ...file, tensors: new Map(shortened) };
}

function isZip([first, second, third, fourth]: Uint8Array): boolean {
  const isEntry = third === 3 && fourth === 4;
  const isEmpty = third === 5 && fourth === 6;
  return first === 0x50 && second === 0x4b && (isEntry || isEmpty);
}

/** A safetensors header can have such a length, but its brace tells. */
function isBarePickle(bytes: Uint8Array): boolean {
  const [first, protocol = 0] = bytes;
  return first === pickleProtocol && protocol >= 2 && protocol <= 5 && bytes[8] !== openingBrace;
}

function oldFormat(): CheckpointFileError {
  return new CheckpointFileError(
    'the file is a bare pickle, as PyTorch wrote before 1.6: convert it with torch.save(torch.load(FILE), FILE) in PyTorch 1.6 or newer, or save it as safetensors',
  );
}
