/** From an error to a sentence and an exit code. */
import { type ExitCode, exitCodes } from './exit.ts';

export interface Failure {
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** Errors about what the caller gave: their messages are made for reading. */
const plainErrors: readonly string[] = [
  'UsageError',
  'NpyError',
  'ImageFileError',
  'SafetensorsError',
  'CheckpointError',
  'CheckpointFileError',
  'SpecFromError',
  'LoweringError',
  'OnnxError',
  'PlanError',
  'WeightsError',
  'InputError',
];

/** A compiled package throws errors of its own runtime: their classes are others than ours, their names are the same. */
const deviceErrors: readonly string[] = ['DeviceError', 'DeviceLostError'];

const fileProblems: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open',
  ELOOP: 'it is a circle of symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ERR_FS_FILE_TOO_LARGE: 'the file is over 2 GiB',
};

export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: `internal error: ${String(error)}`, exitCode: exitCodes.usage };
  if (deviceErrors.includes(error.name)) return { message: error.message, exitCode: exitCodes.device };
  const fileProblem = describeFileProblem(error);
  if (fileProblem !== undefined) return { message: fileProblem, exitCode: exitCodes.usage };
  if (error instanceof RangeError && /allocation failed|array length/i.test(error.message)) {
    return { message: 'the model or its input is too large for the memory of this machine', exitCode: exitCodes.usage };
  }
  if (plainErrors.includes(error.name)) return { message: error.message, exitCode: exitCodes.usage };
  const hint = 'set SWINC_DEBUG=1 to see where';
  return { message: `internal error: ${error.message} (${hint})`, exitCode: exitCodes.usage };
}

function describeFileProblem(error: NodeJS.ErrnoException): string | undefined {
  const problem = error.code === undefined ? undefined : fileProblems[error.code];
  if (problem === undefined) return undefined;
  return error.path === undefined ? problem : `${error.path}: ${problem}`;
}
