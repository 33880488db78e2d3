import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { limits } from '../../grammar/limits.ts';
import type { Located, SourceHost } from '../model/host.ts';

/**
 * Specs on a disk. Imports stay below the root, by real path: the folder of the entry unless another is named. Paths are
 * shown relative to the working folder where they are below it.
 */
export function fileHost(entry: string, options: { readonly root?: string } = {}): SourceHost {
  const root = options.root === undefined ? dirname(realPath(entry) ?? resolve(entry)) : realRoot(options.root);
  return {
    locate(specifier, from) {
      const path = realPath(from === undefined ? specifier : resolve(dirname(from), specifier));
      if (path === undefined) return { kind: 'missing' };
      if (!isBelow(root, path)) return { kind: 'outside', root: shown(root) };
      return locateFile(path);
    },
    read(path) {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    },
  };
}

function realRoot(root: string): string {
  return realPath(root) ?? resolve(root);
}

/** Refuses folders, devices and pipes before anything is read: a device has no end. */
function locateFile(path: string): Located {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isFile() !== true) return { kind: 'missing' };
  if (status.size > limits.fileLength) return { kind: 'too-large', bytes: status.size };
  return { kind: 'found', path: shown(path) };
}

/** Undefined when nothing is there, or nothing that may be looked at. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith('../') && !way.startsWith('..\\') && !isAbsolute(way);
}

function shown(path: string): string {
  const way = relative(process.cwd(), path);
  return way === '' ? '.' : isBelow(process.cwd(), path) ? way : path;
}
