/** `swinc check`: every finding about some files. */
import { type Diagnostic, hasErrors } from '../../grammar/diagnostic.ts';
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';
import { allModels, resolve } from '../model/resolve.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { fileHost } from './file-host.ts';
import { judge, type RootOption } from './load-model.ts';
import { isColoured, say, writeData } from './output.ts';
import { requireFile } from './spec-argument.ts';

export interface CheckOptions extends RootOption {
  readonly format: 'text' | 'json';
}

export async function check(files: readonly string[], options: CheckOptions): Promise<ExitCode> {
  for (const file of files) requireFile(file);
  const diagnostics = withoutRepeats(files.flatMap((file) => checkFile(file, options)));
  await (options.format === 'json' ? writeData(toJson(diagnostics)) : printText(diagnostics));
  if (options.format === 'text') say(summary(files.length, diagnostics));
  return hasErrors(diagnostics) ? exitCodes.findings : exitCodes.fine;
}

/** Every diagnostic has every key: `help` is null where there is nothing to write instead. */
function toJson(diagnostics: readonly Diagnostic[]): string {
  const complete = diagnostics.map((diagnostic) => ({ ...diagnostic, help: diagnostic.help ?? null }));
  return JSON.stringify({ diagnostics: complete }, null, 2);
}

function checkFile(file: string, options: RootOption): readonly Diagnostic[] {
  const { value, diagnostics } = resolve(file, fileHost(file, options));
  const failed = allModels(value).flatMap((resolved) => (resolved.model ? judge(resolved, resolved.model) : []));
  return [...diagnostics, ...failed];
}

/** A file that two others import is to blame once. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
}

async function printText(diagnostics: readonly Diagnostic[]): Promise<void> {
  if (diagnostics.length === 0) return;
  const read = (path: string): string | undefined => fileHost(path).read(path);
  await writeData(printDiagnostics(diagnostics, { read, color: isColoured(process.stdout) }));
}

function summary(files: number, diagnostics: readonly Diagnostic[]): string {
  const where = count(files, 'file');
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  if (errors + warnings === 0) return `${where}: no errors`;
  return `${where}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
