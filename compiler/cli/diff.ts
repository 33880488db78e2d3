/** `swinc diff`: what changed between two models, what it costs, which weights survive, and what the plan does. */
import { writeFile } from 'node:fs/promises';
import type { ElementType } from '../../runtime/plan.ts';
import { planModel } from '../compile.ts';
import { diff as compare } from '../diff/diff.ts';
import { type Difference, type LatencyChange, type Verdict, verdicts } from '../diff/difference.ts';
import { toMarkdown } from '../diff/markdown/difference.ts';
import { sweepToMarkdown } from '../diff/markdown/sweep.ts';
import { toPage } from '../diff/page/page.ts';
import { sweepToPage } from '../diff/page/sweep.ts';
import type { Subject } from '../diff/subject.ts';
import { compareSweep, type SweepDifference } from '../diff/sweep.ts';
import type { DeviceOption, FoundAdapter } from './adapter.ts';
import { printSweep } from './diff-sweep.ts';
import { printDifference } from './diff-text/difference.ts';
import type { TextOptions } from './diff-text/options.ts';
import { type ExitCode, exitCodes, UsageError } from './exit.ts';
import { type CountedModel, loadModel, loadTarget, type RootOption } from './load-model.ts';
import { coloursFor, plainColours, writeData } from './output.ts';

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
  /** Measure A and B on a device. */
  readonly bench?: true;
  /** Runs of each that are enough for --bench. */
  readonly samples?: number;
  readonly device: DeviceOption;
  /** The sweep whose variants are compared with their base, in place of A and B. */
  readonly sweep?: string;
}

export type Operands = readonly [a: string | undefined, b: string | undefined];

export async function diff([a, b]: Operands, options: DiffOptions): Promise<ExitCode> {
  if (options.sweep !== undefined) {
    if (a !== undefined) throw new UsageError('--sweep compares variants with their base: leave out A and B');
    if (options.bench) throw new UsageError('--bench measures two models: name A and B in place of a sweep');
    return diffSweep(options.sweep, options);
  }
  if (a === undefined || b === undefined) {
    throw new UsageError('name two models to compare: swinc diff A B; or a sweep: swinc diff --sweep FILE#SWEEP');
  }
  return diffModels(a, b, options);
}

async function diffModels(a: string, b: string, options: DiffOptions): Promise<ExitCode> {
  const render = renderingIn(renderings, options);
  const [before, after] = [loadModel(a, options), loadModel(b, options)];
  // A failed comparison is no difference: it must never be taken for one.
  if (before === undefined || after === undefined) return exitCodes.usage;
  const found = options.bench ? await findDevice(options.device) : undefined;
  if (found !== undefined && 'ended' in found) return found.ended;
  for (const { warnings } of [before, after]) warnings.print();
  const [typeOfA, typeOfB] = options.dtype;
  const subjects = [subjectOf(a, before, typeOfA), subjectOf(b, after, typeOfB)] as const;
  const difference = {
    ...compare(...subjects),
    ...(found && { latency: await measure(subjects, found.gpu, options.samples) }),
  };
  await writeOut(render(difference), options.output);
  return exitCodeOf([difference.verdict], options.failOn);
}

async function findDevice(device: DeviceOption): Promise<FoundAdapter> {
  const { findAdapter } = await import('./adapter.ts');
  return findAdapter(device, { robust: false });
}

/** Enough for a hundred runs of each on any GPU. */
const benchMilliseconds = 20_000;

async function measure([a, b]: readonly [Subject, Subject], gpu: GPU, fewest?: number): Promise<LatencyChange> {
  const { measurePair } = await import('./measure-pair.ts');
  return measurePair(a, b, { gpu, milliseconds: benchMilliseconds, fewest });
}

async function diffSweep(argument: string, options: DiffOptions): Promise<ExitCode> {
  const render = renderingIn(sweepRenderings, options);
  const target = loadTarget(argument, options);
  if (target === undefined) return exitCodes.usage;
  if (target.kind === 'model') {
    throw new UsageError(`${argument} is a model: name a sweep, or compare it with another: swinc diff A B`);
  }
  const { sweep, base, variants, warnings } = target.sweep;
  warnings.print();
  const [typeOfBase, typeOfVariants] = options.dtype;
  const difference = compareSweep(
    sweep.name,
    subjectOf(argument, base, typeOfBase),
    variants.map((variant, index) => ({
      label: sweep.variants[index]?.label ?? variant.model.name,
      subject: () => subjectOf(argument, variant, typeOfVariants),
    })),
  );
  await writeOut(render(difference), options.output);
  return exitCodeOf(
    difference.variants.map(({ verdict }) => verdict),
    options.failOn,
  );
}

function subjectOf(operand: string, { resolved, model }: CountedModel, elementType: ElementType): Subject {
  const { specification } = resolved;
  if (specification === undefined) throw new TypeError(`${resolved.name} has a model and no specification`);
  return { operand, specification, model, planned: planModel(model, { elementType }) };
}

function textOptions({ all, output }: DiffOptions): TextOptions {
  return { all: all === true, colours: output === undefined ? coloursFor(process.stdout) : plainColours };
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

type Renderings<Value> = Readonly<Partial<Record<DiffFormat, (value: Value, options: TextOptions) => string>>>;

const renderings: Renderings<Difference> = {
  text: printDifference,
  json,
  markdown: toMarkdown,
  html: toPage,
};

const sweepRenderings: Renderings<SweepDifference> = {
  text: printSweep,
  json,
  markdown: sweepToMarkdown,
  html: sweepToPage,
};

/** Refuses a format that one kind of comparison has and the other has not, before anything is compared. */
function renderingIn<Value>(known: Renderings<Value>, options: DiffOptions): (value: Value) => string {
  const { format } = options;
  const render = known[format];
  const formats = Object.keys(known).join(', ');
  if (render === undefined) throw new UsageError(`--format ${format} is not for this: it is one of ${formats}`);
  return (value) => render(value, textOptions(options));
}

async function writeOut(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) return writeData(text);
  await writeFile(file, text.endsWith('\n') ? text : `${text}\n`);
}

function exitCodeOf(found: readonly Verdict[], failOn: Verdict | undefined): ExitCode {
  if (failOn === undefined) return exitCodes.fine;
  const fails = found.some((verdict) => verdicts.indexOf(verdict) >= verdicts.indexOf(failOn));
  return fails ? exitCodes.findings : exitCodes.fine;
}
