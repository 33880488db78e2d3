/** Where this command keeps what it has unpacked and measured. */
import { lstat, mkdir } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from './exit.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Libraries are loaded from this folder, so nobody else may be able to write to it. Throws a UsageError without one. */
export async function cacheFolder(environment: Environment): Promise<string> {
  const home = environment['HOME'] ?? homedir();
  const candidates = [
    join(environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'swinc'),
    join(tmpdir(), `swinc-${process.getuid?.() ?? 0}`),
  ];
  for (const folder of candidates) {
    if (await isPrivate(folder)) return folder;
  }
  throw new UsageError(
    `neither ${candidates.join(' nor ')} is a folder that only you can write to: set XDG_CACHE_HOME to one`,
  );
}

async function isPrivate(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const status = await lstat(folder);
    // Windows has no such bits: a home folder is its user's there.
    const owned = process.getuid === undefined || (status.uid === process.getuid() && (status.mode & 0o022) === 0);
    return status.isDirectory() && owned;
  } catch {
    return false;
  }
}
