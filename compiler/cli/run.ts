/** `swinc run`: a model's answers to some input, and the time that they took. */
import type { LoadedModel, RunResult } from '../../runtime/model.ts';
import { medianOf } from '../diff/statistics.ts';
import { type DeviceOption, findAdapter } from './adapter.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { joinResults } from './join-results.ts';
import { readLabels } from './labels.ts';
import { createProgress, say, writeData } from './output.ts';
import { type InputOptions, type RunInput, readInput, requireOneInput } from './run-input.ts';
import { type RunRecord, toJson } from './run-json.ts';
import { openSource, type RunSource, requireSource, type SourceOptions } from './run-source.ts';
import { toText } from './run-text.ts';

export interface RunOptions extends SourceOptions, InputOptions {
  readonly device: DeviceOption;
  readonly top: number;
  readonly labels?: string;
  readonly stages?: true;
  readonly format: 'text' | 'json';
}

export async function run(argument: string, options: RunOptions): Promise<ExitCode> {
  requireSource(argument, options);
  requireOneInput(options);
  const source = await openSource(argument, options);
  if (source === undefined) return exitCodes.findings;
  const labels = options.labels === undefined ? undefined : await readLabels(options.labels, source.classes);
  const input = await readInput(options, source.format);
  const found = await findAdapter(options.device);
  if ('ended' in found) return found.ended;
  const record = await runOnce(source, input, { gpu: found.gpu, taps: options.stages === true });
  if (!record.result.logits.every(Number.isFinite)) say('swinc: some of the logits are not finite numbers');
  const shown = { ...record, top: options.top, labels, names: options.image };
  await writeData(options.format === 'json' ? JSON.stringify(toJson(shown)) : toText(shown));
  return exitCodes.fine;
}

export interface DeviceChoice {
  readonly gpu: GPU;
  /** Whether the results have the stages. */
  readonly taps: boolean;
}

/** Loads, runs and measures; the device is given back. */
export async function runOnce(source: RunSource, input: RunInput, { gpu, taps }: DeviceChoice): Promise<RunRecord> {
  const progress = createProgress();
  const onProgress = ({ phase, done, total }: { phase: string; done: number; total: number }): void =>
    progress.show(`loading ${phase}: ${done} of ${total}`);
  const model = await source.load({ gpu, taps, maxBatch: input.batch, onProgress });
  try {
    progress.show('running');
    const { result, first, repeated } = await measureRuns(model, input);
    const milliseconds = { ...model.info.milliseconds, first, run: repeated };
    return { info: model.info, classes: source.classes, result, milliseconds };
  } finally {
    progress.clear();
    await model[Symbol.asyncDispose]();
  }
}

interface Measured {
  readonly result: RunResult;
  readonly first: number;
  readonly repeated: number;
}

const mostRepeats = 9;
const enoughMilliseconds = 1000;

/** The first run warms up whatever the driver left for later; the median of the others is the time of a run. */
async function measureRuns(model: LoadedModel, input: RunInput): Promise<Measured> {
  const start = performance.now();
  const result = await runAll(model, input);
  const first = performance.now() - start;
  const times: number[] = [];
  for (let spent = 0; times.length === 0 || (times.length < mostRepeats && spent < enoughMilliseconds); ) {
    const begin = performance.now();
    await runAll(model, input);
    const time = performance.now() - begin;
    times.push(time);
    spent += time;
  }
  return { result, first, repeated: medianOf(times).value };
}

async function runAll(model: LoadedModel, { values, count, batch }: RunInput): Promise<RunResult> {
  const length = values.length / count;
  const results: RunResult[] = [];
  for (let done = 0; done < count; done += batch) {
    const end = Math.min(done + batch, count);
    results.push(await model.run(values.subarray(done * length, end * length)));
  }
  return joinResults(results);
}
