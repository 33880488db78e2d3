/** Questions to git about the repository of the working folder. Nothing here writes, fetches or starts a shell. */
import { execFileSync } from 'node:child_process';
import { relative, resolve, sep } from 'node:path';
import { UsageError } from './exit.ts';

export interface Repository {
  /** The folder that holds all of it; the working folder where the repository is bare. */
  readonly top: string;
  /** The way from the top to the working folder, with `/` after each folder; empty at the top. */
  readonly prefix: string;
  /** A shallow clone lacks old commits. */
  readonly isShallow: boolean;
}

/** Throws, with git's own words, where the working folder belongs to no repository, or to one that git does not trust. */
export function requireRepository(): Repository {
  const { answer, complaint } = git(['rev-parse', '--show-cdup', '--show-prefix', '--is-shallow-repository']);
  if (answer === undefined) throw new UsageError(`git finds no repository here: ${complaint}`);
  const [up = '', prefix = '', shallow = ''] = answer.toString('utf8').split('\n');
  return { top: resolve(up), prefix, isShallow: shallow === 'true' };
}

/** The full name of the commit that a revision means; undefined where it means none. */
export function findCommit(revision: string): string | undefined {
  const { answer } = git(['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`]);
  const name = answer?.toString('utf8').trim() ?? '';
  // `^main` is answered too, with a name that means everything but that commit.
  return /^[0-9a-f]{40,64}$/.test(name) ? name : undefined;
}

export type Entry =
  | { readonly kind: 'file'; readonly bytes: number }
  /** The path itself, or a folder on the way to it. */
  | { readonly kind: 'link' }
  | { readonly kind: 'folder' };

/** What a commit has at a path, which counts from the top; undefined where it has nothing. */
export function findEntry(commit: string, path: string): Entry | undefined {
  const found = listEntry(commit, path);
  if (found === undefined) return passesLink(commit, path) ? { kind: 'link' } : undefined;
  if (found.mode === modes.link) return { kind: 'link' };
  return modes.files.includes(found.mode) ? { kind: 'file', bytes: found.bytes } : { kind: 'folder' };
}

/** From the top down, and no further than there are folders: a text may name a path of any depth. */
function passesLink(commit: string, path: string): boolean {
  const parts = path.split('/');
  for (let depth = 1; depth < parts.length; depth += 1) {
    const entry = listEntry(commit, parts.slice(0, depth).join('/'));
    if (entry?.mode !== modes.folder) return entry?.mode === modes.link;
  }
  return false;
}

/** The bytes of a file that `findEntry` found, no more than `most`; undefined when git does not give them. */
export function readBlob(commit: string, path: string, most: number): Buffer | undefined {
  return git(['cat-file', 'blob', `${commit}:${path}`], most).answer;
}

/** A path on the disk as a path below the top, with `/` between folders; it begins with `..` where it lies elsewhere. */
export function fromTop({ top }: Repository, path: string): string {
  return relative(top, resolve(path)).split(sep).join('/');
}

const modes = { folder: '040000', link: '120000', files: ['100644', '100755'] as readonly string[] };

interface TreeLine {
  readonly mode: string;
  readonly bytes: number;
  readonly path: string;
}

function listEntry(commit: string, path: string): TreeLine | undefined {
  const { answer } = git(['--literal-pathspecs', 'ls-tree', '-z', '--long', '--full-tree', commit, '--', path]);
  const entries = (answer?.toString('utf8') ?? '').split('\0').flatMap(readEntry);
  return entries.find((entry) => entry.path === path);
}

/** `100644 blob 1b2c…    1234<TAB>specs/swin-b.swin` */
function readEntry(line: string): readonly TreeLine[] {
  const [, mode, bytes, path] = /^(\d{6}) \S+ [0-9a-f]+ +(\d+|-)\t([\s\S]+)$/.exec(line) ?? [];
  return mode === undefined || path === undefined ? [] : [{ mode, bytes: Number(bytes), path }];
}

const listingBytes = 2 ** 20;

interface Reply {
  readonly answer?: Buffer;
  /** Git's last words, where it has no answer. */
  readonly complaint?: string;
}

function git(parameters: readonly string[], maxBuffer = listingBytes): Reply {
  try {
    const answer = execFileSync('git', [...parameters], {
      // A file that a partial clone left out stays out: comparing models is no reason to go to the network.
      env: { ...process.env, LC_ALL: 'C', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer,
      windowsHide: true,
    });
    return { answer };
  } catch (error) {
    return { complaint: complaintOf(error) };
  }
}

function complaintOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') {
    throw new UsageError('`git:REV:PATH` needs the command `git`, which is not installed');
  }
  const words = 'stderr' in error && Buffer.isBuffer(error.stderr) ? error.stderr.toString('utf8') : error.message;
  return words
    .replace(/^fatal: /, '')
    .split('\n', 1)
    .join('');
}
