/** Where the text of a `SPEC` argument is: on the disk, or in a commit. */
import type { SourceHost } from '../model/host.ts';
import { fileHost } from './file-host.ts';
import { type GitArgument, parseGitArgument } from './git-argument.ts';
import { gitHost, isInRevision } from './git-host.ts';
import { parseSpecArgument, requireFile } from './spec-argument.ts';

export interface SpecSource {
  /** What `resolve` takes, with the host. */
  readonly entry: string;
  readonly host: SourceHost;
  /** The model within the file, where one is named. */
  readonly model: string | undefined;
}

/** `FILE`, `FILE#MODEL`, `git:REV:PATH` or `git:REV:PATH#MODEL`. Throws a UsageError where there is no such text. */
export function openSpecSource(argument: string, options: { readonly root?: string }): SpecSource {
  const inGit = parseGitArgument(argument);
  if (inGit !== undefined) return openInGit(inGit, options);
  const { file, model } = parseSpecArgument(argument);
  requireFile(file);
  return { entry: file, host: fileHost(file, options), model };
}

/** As on the disk, a number sign may also be a part of a file's name. */
function openInGit({ revision, path, model }: GitArgument, options: { readonly root?: string }): SpecSource {
  const whole = `${path}#${model}`;
  const isName = model !== undefined && isInRevision(revision, whole);
  const host = gitHost(revision, isName ? whole : path, options);
  return { entry: host.entry, host, model: isName ? undefined : model };
}
