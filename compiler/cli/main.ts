/** The command `swinc`: reads the arguments and hands over to the file of the command that they name. */
import { CommanderError } from 'commander';
import { exitCodes } from './exit.ts';
import { createProgram } from './program.ts';

endQuietlyWhenNobodyReads();
await main();

async function main(): Promise<void> {
  try {
    await createProgram((code) => {
      process.exitCode = code;
    }).parseAsync();
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? endOfParsing(error) : await report(error);
  }
}

/** Commander has written its message; help and the version are no failures. */
function endOfParsing(error: CommanderError): number {
  return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
}

async function report(error: unknown): Promise<number> {
  const { describeFailure } = await import('./failure.ts');
  const { message, exitCode } = describeFailure(error);
  process.stderr.write(`swinc: ${message}\n`);
  if (process.env['SWINC_DEBUG']) console.error(error);
  return exitCode;
}

/** `swinc show … | head -1` closes the pipe early, which is no failure. */
function endQuietlyWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(process.exitCode ?? exitCodes.fine);
    });
  }
}
