/**
 * Writes a package as a whole or not at all: into a folder beside the wanted one, which then takes its name. Only a
 * folder that swinc wrote is replaced.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PackageFiles } from '../targets/typescript/emit-package.ts';
import { UsageError } from './exit.ts';
import { readMarker } from './package-folder.ts';

/** What npm makes of a package when its WebGPU is installed; it stays when the package is compiled again. */
const installed: readonly string[] = ['node_modules', 'package-lock.json'];

/** What every version of swinc has written. */
const written: readonly string[] = [
  'README.md',
  'model.d.ts',
  'model.js',
  'model.ts',
  'package.json',
  'runtime.d.ts',
  'runtime.js',
  'weights.safetensors',
];

export interface Replaceable {
  /** Names in the folder that go over to the new one. */
  readonly kept: readonly string[];
}

/** Whether the folder may be written, before any work is done for it; undefined where there is none yet. */
export async function readReplaceable(folder: string): Promise<Replaceable | undefined> {
  const status = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (status === undefined) return undefined;
  if (!status.isDirectory()) throw new UsageError(`${folder} is a file: name a folder for the package`);
  const names = await readdir(folder);
  if (names.length > 0 && (await readMarker(folder)) === undefined) {
    throw new UsageError(`${folder} holds something that swinc did not write: name another folder, or remove it`);
  }
  const foreign = names.filter((name) => !written.includes(name) && !installed.includes(name));
  if (foreign.length > 0) {
    throw new UsageError(`${folder} also holds ${foreign.join(', ')}, which would be lost: move them first`);
  }
  return { kept: names.filter((name) => installed.includes(name)) };
}

export async function writePackage(folder: string, files: PackageFiles, replaced?: Replaceable): Promise<void> {
  const parent = dirname(folder);
  const firstMade = await makeFolders(parent);
  const partial = join(parent, `.${basename(folder)}-${randomUUID()}`);
  const stopWatching = removeWhenInterrupted(partial);
  try {
    await mkdir(partial);
    for (const [name, content] of files) {
      const pieces = typeof content === 'string' ? content : content.pieces();
      await writeFile(join(partial, name), pieces, { flag: 'wx' });
    }
    await (replaced === undefined ? rename(partial, folder) : exchange(partial, folder, replaced));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (firstMade !== undefined) await rm(firstMade, { recursive: true, force: true });
    throw error;
  } finally {
    stopWatching();
  }
}

/**
 * Makes a folder and those above it; returns the first that it made. Node's own `recursive` never returns where a
 * folder above cannot hold another, as under /proc.
 */
async function makeFolders(folder: string): Promise<string | undefined> {
  if (existsSync(folder)) return undefined;
  const above = await makeFolders(dirname(folder));
  await mkdir(folder);
  return above ?? folder;
}

/** If the new folder cannot take the name, the old one takes it back. */
async function exchange(partial: string, folder: string, { kept }: Replaceable): Promise<void> {
  const retired = `${partial}-replaced`;
  await rename(folder, retired);
  try {
    for (const name of kept) await rename(join(retired, name), join(partial, name));
    await rename(partial, folder);
  } catch (error) {
    for (const name of kept) await rename(join(partial, name), join(retired, name)).catch(() => undefined);
    await rename(retired, folder);
    throw error;
  }
  await rm(retired, { recursive: true, force: true });
}

function removeWhenInterrupted(partial: string): () => void {
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const remove = (signal: NodeJS.Signals): void => {
    rmSync(partial, { recursive: true, force: true });
    process.removeListener(signal, remove);
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.once(signal, remove);
  return () => {
    for (const signal of signals) process.removeListener(signal, remove);
  };
}
