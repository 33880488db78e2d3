import { posix } from 'node:path';
import { limits } from '../../grammar/limits.ts';
import type { Located, SourceHost } from '../model/host.ts';
import { UsageError } from './exit.ts';
import { findCommit, findEntry, fromTop, type Repository, readBlob, requireRepository } from './git.ts';
import { gitScheme } from './git-argument.ts';

export interface GitHost extends SourceHost {
  /** What to resolve: the spec's name here, `git:REV:PATH` with the path from the repository's top. */
  readonly entry: string;
}

/**
 * Specs as a commit has them, imports too, whatever is on the disk. A path counts from the repository's top folder as
 * in git, or from the working folder where it begins with `./` or `../`. Imports stay below the root: the entry's folder
 * in the commit unless a folder on the disk is named, of which the commit's counterpart is meant. Symbolic links are
 * refused, since what they lead to may lie outside of the commit.
 */
export function gitHost(revision: string, path: string, options: { readonly root?: string } = {}): GitHost {
  const repository = requireRepository();
  const prefix = `${gitScheme}${revision}:`;
  const commit = requireCommit(revision, repository);
  const entry = requireFile({ revision, path, commit, repository });
  const root = options.root === undefined ? posix.dirname(entry) : rootIn(repository, options.root);
  return {
    entry: `${prefix}${entry}`,
    locate(specifier, from) {
      const way =
        from === undefined ? withoutPrefix(specifier, prefix) : besides(withoutPrefix(from, prefix), specifier);
      if (!isBelow(root, way)) return { kind: 'outside', root: `${prefix}${root}` };
      return locateIn(commit, way, prefix);
    },
    read: (shown) => readBlob(commit, withoutPrefix(shown, prefix), limits.fileLength)?.toString('utf8'),
  };
}

/** Whether a commit has a file at a path as `gitHost` takes it; a number sign may be a part of its name. */
export function isInRevision(revision: string, path: string): boolean {
  const repository = requireRepository();
  const commit = findCommit(revision);
  return commit !== undefined && findEntry(commit, pathFromTop(path, repository)) !== undefined;
}

function requireCommit(revision: string, { isShallow }: Repository): string {
  const commit = findCommit(revision);
  if (commit !== undefined) return commit;
  const advice = isShallow ? 'this clone is shallow, so fetch more of it first' : '`git log --all` lists what there is';
  throw new UsageError(`git knows no commit ${revision} here: ${advice}`);
}

interface Wanted {
  readonly revision: string;
  readonly path: string;
  readonly commit: string;
  readonly repository: Repository;
}

/** The path from the top of a file that is there. */
function requireFile({ revision, path, commit, repository }: Wanted): string {
  const way = pathFromTop(path, repository);
  if (climbsOut(way)) throw new UsageError(`${path} leads out of the repository`);
  const entry = findEntry(commit, way);
  if (entry?.kind === 'file') return way;
  if (entry?.kind === 'folder') throw new UsageError(`${way} is a folder in ${revision}, not a spec`);
  if (entry?.kind === 'link') {
    throw new UsageError(`${way} is, or passes, a symbolic link in ${revision}: name the file that it leads to`);
  }
  const here = `./${path}`;
  const isHere = findEntry(commit, pathFromTop(here, repository))?.kind === 'file';
  const advice = isHere ? `paths count from the top of the repository, so write ${gitScheme}${revision}:${here}` : '';
  throw new UsageError(`there is no file ${way} in ${revision}${advice && `; ${advice}`}`);
}

function pathFromTop(path: string, { prefix }: Repository): string {
  const isFromHere = /^\.\.?(\/|$)/.test(path);
  return posix.normalize(isFromHere ? posix.join(prefix, path) : path);
}

function locateIn(commit: string, path: string, prefix: string): Located {
  const entry = findEntry(commit, path);
  if (entry?.kind === 'link') return { kind: 'link' };
  if (entry?.kind !== 'file') return { kind: 'missing' };
  if (entry.bytes > limits.fileLength) return { kind: 'too-large', bytes: entry.bytes };
  return { kind: 'found', path: `${prefix}${path}` };
}

/** A folder on the disk that holds the whole repository is as good as its top. */
function rootIn(repository: Repository, root: string): string {
  const way = fromTop(repository, root);
  if (way === '' || /^(\.\.\/)*\.\.$/.test(way)) return '.';
  if (climbsOut(way)) throw new UsageError(`the root ${root} lies outside of the repository`);
  return way;
}

function besides(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier);
}

function isBelow(root: string, path: string): boolean {
  return !climbsOut(path) && (root === '.' || path.startsWith(`${root}/`));
}

function climbsOut(path: string): boolean {
  return path === '..' || path.startsWith('../') || posix.isAbsolute(path);
}

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
