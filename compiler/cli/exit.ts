/** How a command ends. */
export const exitCodes = {
  fine: 0,
  /** Errors in a spec; a difference that `--fail-on` names. */
  findings: 1,
  /** Arguments, or files that are missing or unfit. */
  usage: 2,
  device: 3,
} as const;

export type ExitCode = number;

/** Something that the caller of the command can put right; its message is one lower-case sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What `read` complains about is about this file. */
export function aboutFile<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UsageError(`${path}: ${error.message}`, { cause: error });
  }
}
