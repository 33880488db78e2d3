/** `swinc fmt`: specs in the one style there is. */
import { randomUUID } from 'node:crypto';
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';
import { completeDiagnostic } from './diagnostic-json.ts';
import { type ExitCode, exitCodes, UsageError } from './exit.ts';
import { formatText } from './format-text.ts';
import { lineDifference } from './line-difference.ts';
import { isColoured, say, writeData } from './output.ts';
import { expandSpecPaths } from './spec-paths.ts';

export interface FmtOptions {
  readonly check?: boolean;
  readonly format: 'text' | 'json';
}

interface Outcome {
  readonly file: string;
  readonly before: string;
  /** Undefined where the text has errors. */
  readonly after: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const standardInput = '-';
const mostLinesOfDifference = 12;

export async function fmt(paths: readonly string[], options: FmtOptions): Promise<ExitCode> {
  if (paths.includes(standardInput)) {
    if (paths.length > 1) throw new UsageError('`-` is the standard input and stands alone: name it, or files');
    return await formatInput(options);
  }
  const outcomes = expandSpecPaths(paths).map((file) => formatOne(file, decode(file, readFileSync(file))));
  if (options.check !== true) {
    for (const { file, after } of outcomes.filter(isChanged)) replaceFile(file, after ?? '');
  }
  await printOutcomes(outcomes, options);
  return exitCodeOf(outcomes, options);
}

/** Formatted text to the standard output, for editors. */
async function formatInput(options: FmtOptions): Promise<ExitCode> {
  const file = '<stdin>';
  const outcome = formatOne(file, decode(file, await buffer(process.stdin)));
  if (options.check === true || options.format === 'json') await printOutcomes([outcome], options);
  else if (outcome.after !== undefined && outcome.after !== '') await writeData(outcome.after);
  else printErrors([outcome]);
  return exitCodeOf([outcome], options);
}

/** What is not text would be lost when it is written back. */
function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is not UTF-8: save it as UTF-8`);
  }
}

function formatOne(file: string, before: string): Outcome {
  const formatted = formatText(file, before);
  return formatted.kind === 'damaged'
    ? { file, before, after: undefined, diagnostics: formatted.diagnostics }
    : { file, before, after: formatted.text, diagnostics: [] };
}

function isChanged({ before, after }: Outcome): boolean {
  return after !== undefined && after !== before;
}

function exitCodeOf(outcomes: readonly Outcome[], { check }: FmtOptions): ExitCode {
  const finds = outcomes.some((outcome) => outcome.after === undefined || (check === true && isChanged(outcome)));
  return finds ? exitCodes.findings : exitCodes.fine;
}

/** The old text or the new one, never a part: the new file takes the name when it is whole. A link stays a link. */
function replaceFile(file: string, text: string): void {
  const target = realpathSync(file);
  const partial = join(dirname(target), `.${basename(target)}-${randomUUID()}`);
  try {
    writeFileSync(partial, text, { flag: 'wx', mode: statSync(target).mode });
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

async function printOutcomes(outcomes: readonly Outcome[], options: FmtOptions): Promise<void> {
  const changed = outcomes.filter(isChanged);
  if (options.format === 'json') {
    await writeData(toJson(outcomes));
    return;
  }
  const show = options.check === true ? printDifference : ({ file }: Outcome): string => file;
  if (changed.length > 0) await writeData(changed.map(show).join('\n'));
  printErrors(outcomes);
  say(summary(outcomes, options));
}

function toJson(outcomes: readonly Outcome[]): string {
  const files = outcomes.map((outcome) => ({ file: outcome.file, changed: isChanged(outcome) }));
  return JSON.stringify(
    { files, diagnostics: outcomes.flatMap((each) => each.diagnostics.map(completeDiagnostic)) },
    null,
    2,
  );
}

function printDifference({ file, before, after = '' }: Outcome): string {
  return [`${file}`, ...lineDifference(before, after, mostLinesOfDifference)].map(visible).join('\n');
}

/** A carriage return that goes away, and nothing that moves a terminal's cursor. */
function visible(line: string): string {
  return line.replaceAll('\r', '␍').replaceAll(/[^\t\P{Cc}]/gu, '\uFFFD');
}

function printErrors(outcomes: readonly Outcome[]): void {
  const texts = new Map(outcomes.map(({ file, before }) => [file, before]));
  const diagnostics = outcomes.flatMap((outcome) => outcome.diagnostics);
  if (diagnostics.length === 0) return;
  say(printDiagnostics(diagnostics, { read: (file) => texts.get(file), color: isColoured(process.stderr) }));
}

function summary(outcomes: readonly Outcome[], { check }: FmtOptions): string {
  const changed = outcomes.filter(isChanged).length;
  const damaged = outcomes.filter(({ after }) => after === undefined).length;
  const parts = [`${outcomes.length} file${outcomes.length === 1 ? '' : 's'}: ${changed || 'none'}`];
  parts.push(check === true ? ' would change' : ' changed');
  if (damaged > 0) parts.push(`, ${damaged} left alone for ${damaged === 1 ? 'its' : 'their'} errors`);
  return parts.join('');
}
