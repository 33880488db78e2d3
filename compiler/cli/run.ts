/** `swinc run`: a model's answers to some input, and the time that they took. */
import type { RunResult } from '../../runtime/model.ts';
import type { Tuning } from '../../runtime/select.ts';
import { preferFamily } from '../../runtime/tuning.ts';
import { medianOf } from '../diff/statistics.ts';
import { type DeviceOption, findAdapter } from './adapter.ts';
import type { KernelFamily } from './commands/options.ts';
import { type ExitCode, exitCodes, UsageError } from './exit.ts';
import { joinResults } from './join-results.ts';
import { readLabels } from './labels.ts';
import { createProgress, type Progress, say, writeData } from './output.ts';
import { type InputOptions, type RunInput, readInput, requireOneInput } from './run-input.ts';
import { type RunRecord, toJson } from './run-json.ts';
import { openSource, type RunSource, requireSource, type SourceOptions } from './run-source.ts';
import { toText } from './run-text.ts';
import type { RunnableModel } from './runnable-model.ts';

export interface RunOptions extends SourceOptions, InputOptions {
  readonly device: DeviceOption | 'cpu';
  readonly top: number;
  readonly labels?: string;
  readonly kernels?: KernelFamily;
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
  const record = await runOn(options, source, input);
  if (typeof record === 'number') return record;
  if (options.image !== undefined && source.whosePreprocess !== undefined) say(source.whosePreprocess);
  if (!record.result.logits.every(Number.isFinite)) say('swinc: some of the logits are not finite numbers');
  const shown = { ...record, top: options.top, labels, names: options.image };
  await writeData(options.format === 'json' ? JSON.stringify(toJson(shown)) : toText(shown));
  return exitCodes.fine;
}

/** A record, or the code that another process which did the work ended with. */
async function runOn(
  { device, stages, kernels }: RunOptions,
  source: RunSource,
  input: RunInput,
): Promise<RunRecord | ExitCode> {
  if (device === 'cpu') {
    if (kernels !== undefined) throw new UsageError('--kernels are those of WebGPU; --device cpu has none of them');
    const { loadOnCpu } = source;
    if (loadOnCpu === undefined) {
      throw new UsageError('a compiled package holds kernels of WebGPU alone: give its spec to --device cpu');
    }
    return measure(() => loadOnCpu({ taps: stages === true }), source, input);
  }
  const found = await findAdapter(device, source);
  if ('ended' in found) return found.ended;
  if (device === 'auto' && found.class === 'software') {
    say(cpuHint);
  }
  const tuning = kernels === undefined ? undefined : preferFamily(kernels);
  return runOnce(source, input, { gpu: found.gpu, taps: stages === true, tuning });
}

/** Of Swin-T on two cores: `swinc bench specs/swin-t.swin --against ort-cpu`. */
const cpuHint =
  'WebGPU is a software renderer here: --device cpu is about 3 times as fast as lavapipe, 15 times as SwiftShader';

export interface DeviceChoice {
  readonly gpu: GPU;
  /** Whether the results have the stages. */
  readonly taps: boolean;
  readonly tuning?: Tuning | undefined;
}

/** Loads on WebGPU, runs and measures; the device is given back. */
export function runOnce(source: RunSource, input: RunInput, { gpu, taps, tuning }: DeviceChoice): Promise<RunRecord> {
  const load = (progress: Progress): Promise<RunnableModel> => {
    const onProgress = ({ phase, done, total }: { phase: string; done: number; total: number }): void =>
      progress.show(`loading ${phase}: ${done} of ${total}`);
    return source.load({ gpu, taps, tuning, maxBatch: input.batch, onProgress });
  };
  return measure(load, source, input);
}

async function measure(
  load: (progress: Progress) => Promise<RunnableModel>,
  source: RunSource,
  input: RunInput,
): Promise<RunRecord> {
  const progress = createProgress();
  const model = await load(progress);
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
async function measureRuns(model: RunnableModel, input: RunInput): Promise<Measured> {
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

async function runAll(model: RunnableModel, { values, count, batch }: RunInput): Promise<RunResult> {
  const length = values.length / count;
  const results: RunResult[] = [];
  for (let done = 0; done < count; done += batch) {
    const end = Math.min(done + batch, count);
    results.push(await model.run(values.subarray(done * length, end * length)));
  }
  return joinResults(results);
}
