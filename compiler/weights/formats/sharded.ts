/** A checkpoint in several files: an index says which file holds which tensor. */
import type { ByteSource } from '../../../runtime/byte-source.ts';
import type { Tensor } from '../../../runtime/safetensors.ts';
import { CheckpointFileError, quoteName } from './checkpoint-file-error.ts';
import { type CheckpointFile, readCheckpointFile, withoutParallelPrefix } from './open-checkpoint.ts';

/** How the files of such checkpoints are called, `model.safetensors.index.json`. */
export const isShardIndex = (path: string): boolean => path.endsWith('.index.json');

/** How many names a message shows. */
const shown = 5;

/** Reads each shard once, in the order of their names; `readShard` answers undefined for a file that is not there. */
export async function openSharded(
  index: Uint8Array,
  readShard: (name: string) => Promise<Uint8Array | ByteSource | undefined>,
): Promise<CheckpointFile> {
  const { weightMap, metadata } = readIndex(index);
  const shards: CheckpointFile[] = [];
  const tensors = new Map<string, Tensor>();
  for (const shard of [...new Set(weightMap.values())].sort()) {
    const content = await readShard(shard);
    if (content === undefined)
      throw new CheckpointFileError(`the index names the file ${quoteName(shard)}, which is missing`);
    const file = openShard(shard, content);
    shards.push(file);
    addTensors(tensors, shard, file, weightMap);
  }
  return withoutParallelPrefix({
    format: shards[0]?.format ?? 'safetensors',
    tensors,
    metadata: new Map([...shards.flatMap((file) => [...file.metadata]), ...metadata]),
    ignored: [...new Set(shards.flatMap(({ ignored }) => ignored))],
    skipped: [...new Set(shards.flatMap(({ skipped }) => skipped))],
    wrapper: shards[0]?.wrapper ?? null,
    others: [...new Set(shards.flatMap(({ others }) => others))],
  });
}

function openShard(shard: string, file: Uint8Array | ByteSource): CheckpointFile {
  try {
    return readCheckpointFile(file);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CheckpointFileError(`the shard ${quoteName(shard)}: ${error.message}`, { cause: error });
  }
}

function addTensors(
  tensors: Map<string, Tensor>,
  shard: string,
  file: CheckpointFile,
  weightMap: ReadonlyMap<string, string>,
): void {
  const missing: string[] = [];
  for (const [name, home] of weightMap) {
    if (home !== shard) continue;
    const tensor = file.tensors.get(name);
    if (tensor === undefined) missing.push(quoteName(name));
    else tensors.set(name, tensor);
  }
  if (missing.length === 0) return;
  const more = missing.length > shown ? `, and ${missing.length - shown} more` : '';
  throw new CheckpointFileError(
    `the shard ${quoteName(shard)} lacks what the index says it has: ${missing.slice(0, shown).join(', ')}${more}`,
  );
}

interface Index {
  readonly weightMap: ReadonlyMap<string, string>;
  readonly metadata: ReadonlyMap<string, string>;
}

function readIndex(bytes: Uint8Array): Index {
  const index = parseIndex(bytes);
  const { weight_map: described, metadata = {} } = index;
  if (!isRecord(described)) throw new CheckpointFileError('the index has no object weight_map, from tensors to files');
  const weightMap = new Map<string, string>();
  for (const [name, shard] of Object.entries(described)) {
    // A file of somebody else's must not choose what is read from elsewhere on the disk.
    if (typeof shard !== 'string' || !/^[^/\\:\0]+$/.test(shard) || /^\.+$/.test(shard)) {
      throw new CheckpointFileError(`the index has no file name for ${quoteName(name)}: shards lie beside it`);
    }
    weightMap.set(name, shard);
  }
  if (weightMap.size === 0) throw new CheckpointFileError('the weight_map of the index is empty');
  return { weightMap, metadata: textOf(metadata) };
}

function parseIndex(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let index: unknown;
  try {
    index = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new CheckpointFileError('the index is not JSON in UTF-8');
  }
  if (!isRecord(index)) throw new CheckpointFileError('the index is not an object');
  return index;
}

function textOf(metadata: unknown): ReadonlyMap<string, string> {
  if (!isRecord(metadata)) return new Map();
  return new Map(Object.entries(metadata).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
