/** A checkpoint from disk: one file, or an index and the shards beside it. */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { type CheckpointFile, openCheckpoint } from '../weights/formats/open-checkpoint.ts';
import { isShardIndex, openSharded } from '../weights/formats/sharded.ts';
import { aboutFile, UsageError } from './exit.ts';
import { readWhole } from './read-file.ts';
import { statusOf } from './spec-argument.ts';

export interface ReadCheckpoint {
  readonly file: CheckpointFile;
  /** SHA-256 of all bytes, in hexadecimal. */
  readonly digest: string;
}

export async function readCheckpoint(path: string): Promise<ReadCheckpoint> {
  const bytes = await readWhole(path);
  const hash = createHash('sha256').update(bytes);
  if (!isShardIndex(path)) {
    return { file: aboutFile(path, () => openCheckpoint(bytes)), digest: hash.digest('hex') };
  }
  const readShard = async (name: string): Promise<Uint8Array | undefined> => {
    const place = join(dirname(path), name);
    if (statusOf(place) === undefined) return undefined;
    const shard = await readWhole(place);
    hash.update(shard);
    return shard;
  };
  try {
    return { file: await openSharded(bytes, readShard), digest: hash.digest('hex') };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CheckpointFileError') throw error;
    throw new UsageError(`${path}: ${error.message}`, { cause: error });
  }
}
