/** `swinc git-setup`: what makes `git diff` show models. */
import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type ExitCode, exitCodes, UsageError } from './exit.ts';
import { say, writeData } from './output.ts';
import { statusOf } from './spec-argument.ts';

export interface GitSetupOptions {
  readonly print?: boolean;
  readonly remove?: boolean;
}

const attributesLine = '*.swin diff=swin';

/** Opens a block that its own line does not close; the first group is the title. A POSIX extended expression. */
const title =
  '^[[:blank:]]*((model|sweep|stage|case)[[:blank:]]+[^{}]*[^{}[:blank:]])[[:blank:]]*[{][[:blank:]]*(//.*)?$';

interface Setting {
  readonly key: string;
  readonly value: string;
}

export async function gitSetup(options: GitSetupOptions): Promise<ExitCode> {
  const attributes = join(await repositoryRoot(), '.gitattributes');
  const settings = [
    { key: 'diff.swin.xfuncname', value: title },
    { key: 'diff.swin.textconv', value: textconvCommand() },
  ];
  if (options.print === true) {
    await writeData(options.remove === true ? removalScript(attributes, settings) : script(attributes, settings));
  } else if (options.remove === true) {
    removeAttribute(attributes);
    for (const { key } of settings) await unset(key);
    say('`git diff` shows specs as any other text again');
  } else {
    addAttribute(attributes);
    for (const { key, value } of settings) await git('config', '--local', '--replace-all', key, value);
    say(`\`git diff\` shows models now: commit ${attributes}`);
  }
  return exitCodes.fine;
}

async function git(...parameters: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', parameters);
    return stdout;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new UsageError('there is no git: install it, or put it on the PATH');
    throw new UsageError(`git ${parameters.join(' ')} failed: ${complaintOf(error)}`, { cause: error });
  }
}

function complaintOf(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return text === '' ? String(error) : text;
}

async function repositoryRoot(): Promise<string> {
  try {
    return (await git('rev-parse', '--show-toplevel')).replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof UsageError && error.cause === undefined) throw error;
    throw new UsageError('this folder is not in the working tree of a git repository: go to one, or `git init`');
  }
}

const unknownKey = 5;

async function unset(key: string): Promise<void> {
  try {
    await git('config', '--local', '--unset-all', key);
  } catch (error) {
    if (!(error instanceof UsageError) || codeOf(error.cause) !== unknownKey) throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function addAttribute(file: string): void {
  const text = readIfPresent(file);
  if (linesOf(text).includes(attributesLine)) return;
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  writeFileSync(file, `${text}${gap}${attributesLine}\n`);
}

/** A file that held nothing else goes too. */
function removeAttribute(file: string): void {
  const text = readIfPresent(file);
  if (!linesOf(text).includes(attributesLine)) return;
  const kept = text.split('\n').filter((line) => line.trim() !== attributesLine);
  if (kept.every((line) => line.trim() === '')) rmSync(file);
  else writeFileSync(file, kept.join('\n'));
}

function readIfPresent(file: string): string {
  return statusOf(file) === undefined ? '' : readFileSync(file, 'utf8');
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim());
}

/** For a shell: git runs it with the name of a file behind. */
function textconvCommand(): string {
  if (isOnPath('swinc')) return 'swinc textconv';
  const program = process.argv[1];
  if (program === undefined) throw new UsageError('put swinc on the PATH first: git must find it');
  return `${quote(process.execPath)} ${quote(realpathSync(program))} textconv`;
}

/** What npm puts there while a script runs is gone when git looks for it. */
function isOnPath(name: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const lasting = folders.filter((folder) => folder !== '' && !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder));
  return lasting.some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statusOf(path)?.isFile() === true;
  } catch {
    return false;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function script(attributes: string, settings: readonly Setting[]): string {
  const commands = settings.map(({ key, value }) => `git config --local --replace-all ${key} ${quote(value)}`);
  return [`echo ${quote(attributesLine)} >> ${quote(attributes)}`, ...commands].join('\n');
}

function removalScript(attributes: string, settings: readonly Setting[]): string {
  const commands = settings.map(({ key }) => `git config --local --unset-all ${key}`);
  return [`# delete the line ${quote(attributesLine)} of ${quote(attributes)}`, ...commands].join('\n');
}
