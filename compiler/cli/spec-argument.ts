/** What `FILE` and `FILE#MODEL` on the command line name. */
import { type Stats, statSync } from 'node:fs';
import { UsageError } from './exit.ts';

export interface SpecArgument {
  readonly file: string;
  /** The model within the file, where one is named. */
  readonly model: string | undefined;
}

/** A number sign may also be a part of a file's name. */
export function parseSpecArgument(argument: string): SpecArgument {
  const sign = argument.lastIndexOf('#');
  if (sign < 0 || statusOf(argument) !== undefined) return { file: argument, model: undefined };
  return { file: argument.slice(0, sign), model: argument.slice(sign + 1) };
}

/** A file that is not there is the caller's mistake and no finding about a text. */
export function requireFile(file: string): void {
  const status = statusOf(file);
  if (status === undefined) throw new UsageError(`there is no file ${file}`);
  if (status.isDirectory()) throw new UsageError(`${file} is a folder, not a spec`);
}

export function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
