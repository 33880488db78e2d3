/** `git:REV:PATH` and `git:REV:PATH#MODEL` on the command line. */
import { UsageError } from './exit.ts';

export interface GitArgument {
  /** As git reads it: a branch, a tag, a hash, `HEAD~1`, `main@{1}`. It holds no colon. */
  readonly revision: string;
  /** Counts from the repository's top folder; from the working folder where it begins with `./` or `../`. */
  readonly path: string;
  readonly model: string | undefined;
}

export const gitScheme = 'git:';

/** Undefined where the argument is no `git:…`; `./git:…` names a file of such a name. */
export function parseGitArgument(argument: string): GitArgument | undefined {
  if (!argument.startsWith(gitScheme)) return undefined;
  const rest = argument.slice(gitScheme.length);
  const colon = rest.indexOf(':');
  const [revision, named] = colon < 0 ? [rest, ''] : [rest.slice(0, colon), rest.slice(colon + 1)];
  const sign = named.lastIndexOf('#');
  const [path, model] = sign < 0 ? [named, undefined] : [named.slice(0, sign), named.slice(sign + 1)];
  if (revision === '' || path === '') {
    throw new UsageError(`${argument}: write git:REV:PATH, such as git:HEAD~1:specs/swin-b.swin#swin-b`);
  }
  return { revision, path, model };
}
