/** `swinc diff`: what changed between two models, what it costs, which weights survive, and what the plan does. */
import { writeFile } from 'node:fs/promises';
import type { ElementType } from '../../runtime/plan.ts';
import { planModel } from '../compile.ts';
import { diff as compare } from '../diff/diff.ts';
import { type Difference, type LatencyChange, type Verdict, verdicts } from '../diff/difference.ts';
import { toMarkdown } from '../diff/markdown/difference.ts';
import { toPage } from '../diff/page/page.ts';
import type { Subject } from '../diff/subject.ts';
import type { DeviceOption, FoundAdapter } from './adapter.ts';
import { printDifference } from './diff-text/difference.ts';
import { type ExitCode, exitCodes, UsageError } from './exit.ts';
import { type LoadedSpec, loadModel, type RootOption } from './load-model.ts';
import { type Colours, coloursFor, plainColours, writeData } from './output.ts';

export type DiffFormat = 'text' | 'json' | 'markdown' | 'html';

export interface DiffOptions extends RootOption {
  readonly format: DiffFormat;
  readonly all?: true;
  /** The least verdict that ends with 1. */
  readonly failOn?: Verdict;
  /** Of A and of B. */
  readonly dtype: readonly [ElementType, ElementType];
  /** The file to write, in place of stdout. */
  readonly output?: string;
  /** Measure both on a device. */
  readonly bench?: true;
  readonly device: DeviceOption;
}

export async function diff(
  operands: readonly [a: string | undefined, b: string | undefined],
  options: DiffOptions,
): Promise<ExitCode> {
  const [a, b] = operands;
  if (a === undefined || b === undefined) throw new UsageError('name two models to compare: swinc diff A B');
  const [before, after] = [loadModel(a, options), loadModel(b, options)];
  // A failed comparison is no difference: it must never be taken for one.
  if (before === undefined || after === undefined) return exitCodes.usage;
  const found = options.bench ? await findDevice(options.device) : undefined;
  if (found !== undefined && 'ended' in found) return found.ended;
  for (const { warnings } of [before, after]) warnings.print();
  const [typeOfA, typeOfB] = options.dtype;
  const subjects = [subjectOf(a, before, typeOfA), subjectOf(b, after, typeOfB)] as const;
  const difference = { ...compare(...subjects), ...(found && { latency: await measure(subjects, found.gpu) }) };
  await writeOut(renderings[options.format](difference, renderingOptions(options)), options.output);
  return exitCodeOf(difference.verdict, options.failOn);
}

function subjectOf(operand: string, { resolved, model }: LoadedSpec, elementType: ElementType): Subject {
  return { operand, file: resolved.file, fields: [], model, planned: planModel(model, { elementType }) };
}

async function findDevice(device: DeviceOption): Promise<FoundAdapter> {
  const { findAdapter } = await import('./adapter.ts');
  return findAdapter(device);
}

/** Enough for a hundred runs of each on any GPU. */
const benchMilliseconds = 20_000;

async function measure([a, b]: readonly [Subject, Subject], gpu: GPU): Promise<LatencyChange> {
  const { measurePair } = await import('./measure-pair.ts');
  return measurePair(a, b, { gpu, milliseconds: benchMilliseconds });
}

interface RenderingOptions {
  readonly all: boolean;
  readonly colours: Colours;
}

function renderingOptions({ all, output }: DiffOptions): RenderingOptions {
  return { all: all === true, colours: output === undefined ? coloursFor(process.stdout) : plainColours };
}

const renderings: Readonly<Record<DiffFormat, (difference: Difference, options: RenderingOptions) => string>> = {
  text: printDifference,
  json: (difference) => JSON.stringify(difference, null, 2),
  markdown: toMarkdown,
  html: toPage,
};

async function writeOut(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) return writeData(text);
  await writeFile(file, text.endsWith('\n') ? text : `${text}\n`);
}

function exitCodeOf(verdict: Verdict, failOn: Verdict | undefined): ExitCode {
  if (failOn === undefined) return exitCodes.fine;
  return verdicts.indexOf(verdict) >= verdicts.indexOf(failOn) ? exitCodes.findings : exitCodes.fine;
}
