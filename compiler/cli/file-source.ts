/** A file on disk, read where it is asked for. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { ByteSource } from '../../runtime/byte-source.ts';
import { UsageError } from './exit.ts';

/** The most that one call of the system reads. */
const mostRead = 2 ** 30;

export function openFile(path: string): ByteSource {
  const status = statSync(path);
  if (status.isDirectory()) throw new UsageError(`${path} is a folder, not a file`);
  return { length: status.size, read: (begin, end, memory) => readPart(path, begin, end, memory) };
}

/** The file is open only while it is read: a checkpoint of many shards needs no more than one at a time. */
function readPart(
  path: string,
  begin: number,
  end: number,
  memory: Uint8Array = new Uint8Array(end - begin),
): Uint8Array {
  const bytes = memory.subarray(0, end - begin);
  const file = openSync(path, 'r');
  try {
    for (let filled = 0; filled < bytes.length; ) {
      const read = readSync(file, bytes, filled, Math.min(bytes.length - filled, mostRead), begin + filled);
      if (read === 0) throw new UsageError(`${path} became shorter while it was read`);
      filled += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}
