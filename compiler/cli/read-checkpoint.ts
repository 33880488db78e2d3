/** A checkpoint from disk: one file, or an index and the shards beside it. */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileBytes } from '../../runtime/node.ts';
import { type CheckpointFile, openCheckpoint } from '../weights/formats/open-checkpoint.ts';
import { isShardIndex, openSharded } from '../weights/formats/sharded.ts';
import { aboutFile, UsageError } from './exit.ts';
import { openFile } from './file-source.ts';
import { readWhole } from './read-file.ts';
import { statusOf } from './spec-argument.ts';

export interface ReadCheckpoint {
  readonly file: CheckpointFile;
  /** SHA-256 of all bytes, in hexadecimal: another reading of the files. */
  readonly digest: () => Promise<string>;
}

export async function readCheckpoint(path: string): Promise<ReadCheckpoint> {
  if (!isShardIndex(path)) {
    const source = openFile(path);
    return { file: aboutFile(path, () => openCheckpoint(source)), digest: () => digestOf([path]) };
  }
  const files = [path];
  const readShard = async (name: string) => {
    const place = join(dirname(path), name);
    if (statusOf(place) === undefined) return undefined;
    files.push(place);
    return openFile(place);
  };
  try {
    return { file: await openSharded(await readWhole(path), readShard), digest: () => digestOf(files) };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CheckpointFileError') throw error;
    throw new UsageError(`${path}: ${error.message}`, { cause: error });
  }
}

async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) for await (const piece of fileBytes(path)) hash.update(piece);
  return hash.digest('hex');
}
