/** `swinc export`: a model for another engine. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExitCode, exitCodes, UsageError } from './exit.ts';
import { exportTargets } from './export-targets.ts';
import { loadModel, type RootOption } from './load-model.ts';
import { say } from './output.ts';
import { statusOf } from './spec-argument.ts';

export interface ExportOptions extends RootOption {
  readonly to: string;
  readonly output: string;
  readonly force?: true;
}

export async function exportModel(argument: string, options: ExportOptions): Promise<ExitCode> {
  const { to, output } = options;
  if (output === '') throw new UsageError('-o wants the name of a folder; `-o .` is this one');
  const target = exportTargets[to];
  if (target === undefined) throw new UsageError(`--to takes ${Object.keys(exportTargets).join(', ')}`);
  const spec = loadModel(argument, options);
  if (spec === undefined) return exitCodes.findings;
  spec.warnings.print();
  const files = await target.emit(spec);
  if (statusOf(output)?.isFile()) throw new UsageError(`${output} is a file: name a folder`);
  if (options.force === undefined) await requireNothingLost(output, files);
  await mkdir(output, { recursive: true });
  for (const [name, content] of files) await writeFile(join(output, name), content);
  say(`${output}: ${[...files.keys()].join(', ')}`);
  return exitCodes.fine;
}

type Files = ReadonlyMap<string, string | Uint8Array>;

/** What was written may have been edited since; the same text again does no harm. */
async function requireNothingLost(folder: string, files: Files): Promise<void> {
  for (const [name, content] of files) {
    const path = join(folder, name);
    if (statusOf(path) === undefined) continue;
    const there = await readFile(path);
    if (there.equals(Buffer.from(content))) continue;
    throw new UsageError(`${path} holds something else: name another folder, or replace it with --force`);
  }
}
