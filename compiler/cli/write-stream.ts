/** Writes large files a piece at a time: beside the wanted names first, which they take when all of them are whole. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from './exit.ts';

export interface StreamedFile {
  readonly path: string;
  readonly pieces: Iterable<Uint8Array>;
}

/** Resolves to the bytes that were written; `onProgress` hears of them on the way. */
export async function writeStreamed(
  files: readonly StreamedFile[],
  onProgress: (bytes: number) => void = () => undefined,
): Promise<number> {
  const partials = files.map(({ path }) => join(dirname(path), `.${basename(path)}-${randomUUID()}`));
  const stopWatching = removeWhenInterrupted(partials);
  let bytes = 0;
  try {
    for (const [index, { path, pieces }] of files.entries()) {
      await requireNoFolder(path);
      await mkdir(dirname(path), { recursive: true });
      bytes = (await writePieces(partials[index] ?? path, pieces, (more) => onProgress(bytes + more))) + bytes;
    }
    for (const [index, { path }] of files.entries()) await rename(partials[index] ?? path, path);
    return bytes;
  } catch (error) {
    for (const partial of partials) await rm(partial, { force: true });
    throw error;
  } finally {
    stopWatching();
  }
}

async function requireNoFolder(path: string): Promise<void> {
  const status = await stat(path).catch(() => undefined);
  if (status?.isDirectory()) throw new UsageError(`${path} is a folder: name a file`);
}

async function writePieces(
  path: string,
  pieces: Iterable<Uint8Array>,
  onProgress: (bytes: number) => void,
): Promise<number> {
  const file = await open(path, 'wx');
  let bytes = 0;
  try {
    for (const piece of pieces) {
      await file.writeFile(piece);
      bytes += piece.length;
      onProgress(bytes);
    }
  } finally {
    await file.close();
  }
  return bytes;
}

function removeWhenInterrupted(paths: readonly string[]): () => void {
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const remove = (signal: NodeJS.Signals): void => {
    for (const path of paths) rmSync(path, { force: true });
    process.removeListener(signal, remove);
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.once(signal, remove);
  return () => {
    for (const signal of signals) process.removeListener(signal, remove);
  };
}
