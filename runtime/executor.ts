/** A plan on a device: prepared once, then run by commands that wait already. */

import { bindSteps, workgroupCounts } from './bind.ts';
import type { DeviceWatch } from './device-watch.ts';
import { inErrorScope, type Scoped } from './error-scope.ts';
import { DeviceError } from './errors.ts';
import { createInputWriter, type InputWriter } from './input.ts';
import { allocate, type Memory, type MemoryBytes } from './memory.ts';
import { createPipelines, type Kernels, type Pipeline } from './pipelines.ts';
import type { AdapterClass, Candidate, Plan } from './plan.ts';
import { createProfile, type Profile } from './profile.ts';
import { createReadback, type Readback } from './readback.ts';
import { createReplay, type Replay } from './replay.ts';
import { restDuring } from './rest.ts';
import { selectCandidate, subgroupSize, type Tuning } from './select.ts';
import { uploadWeights } from './upload.ts';
import type { WeightFeed } from './weights.ts';

export interface ExecutorOptions {
  readonly plan: Plan;
  readonly feed: WeightFeed;
  readonly kernels: Kernels;
  readonly class: AdapterClass;
  readonly maxBatch: number;
  /** Indices of the buffers that a run returns. */
  readonly results: readonly number[];
  readonly tuning: Tuning | undefined;
  readonly watch: DeviceWatch;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (phase: 'pipelines' | 'weights', done: number, total: number) => void;
}

export interface Executor {
  /** Runs a batch; the values of each result, in the order of `results`. Calls must not overlap. */
  readonly run: (input: Float32Array<ArrayBuffer>, batch: number) => Promise<readonly Float32Array[]>;
  /** Times a batch; calls must not overlap either. */
  readonly profile: Profile;
  readonly selected: readonly Candidate[];
  readonly bytes: MemoryBytes;
  readonly destroy: () => void;
}

/** Selects kernels, compiles them while the weights are uploaded, and binds everything. */
export async function createExecutor(device: GPUDevice, options: ExecutorOptions): Promise<Executor> {
  const { plan, watch, maxBatch, results } = options;
  const selected = selectKernels(device, options);
  const { value: memory, problem: shortage } = scoped(device, () =>
    allocate(device, plan, { maxBatch, kept: new Set(results) }),
  );
  try {
    const compiling = createPipelines(device, options.kernels, selected, (done, total) =>
      options.onProgress('pipelines', done, total),
    );
    const [pipelines] = await both(watch.guard(compiling, 'the kernels could not be compiled'), async (isStopped) => {
      await requireNone(options, shortage);
      await upload(device, memory, options, isStopped);
      // Whether it fails is the other's to say.
      await restDuring(device, compiling).catch(() => undefined);
    });
    options.signal?.throwIfAborted();
    return await finish(device, options, { memory, pipelines, selected });
  } catch (error) {
    memory.destroy();
    throw error;
  }
}

interface Chosen {
  readonly memory: Memory;
  readonly pipelines: readonly Pipeline[];
  readonly selected: readonly Candidate[];
}

async function finish(device: GPUDevice, options: ExecutorOptions, chosen: Chosen): Promise<Executor> {
  const { plan, watch, maxBatch, results } = options;
  const { memory, selected } = chosen;
  const bound = scoped(device, () => ({
    steps: bindSteps(device, plan, chosen),
    readback: createReadback(device, plan, results, maxBatch),
    input: createInputWriter(device, plan, memory, maxBatch),
  }));
  const { steps, readback, input } = bound.value;
  const replay = createReplay(device, { memory, steps, readback });
  const destroy = () => {
    replay.drop();
    memory.destroy();
    readback.destroy();
    input.destroy();
  };
  try {
    await requireNone(options, bound.problem);
  } catch (error) {
    readback.destroy();
    input.destroy();
    throw error;
  }
  const run = createRun(device, { input, watch, replay, readback });
  return { run, profile: createProfile(device, { watch, steps, run, input }), selected, bytes: memory.bytes, destroy };
}

/** Hears of whatever the device may refuse. */
function scoped<Value>(device: GPUDevice, work: () => Value): Scoped<Value> {
  const { value, problem } = inErrorScope(device, 'out-of-memory', () => inErrorScope(device, 'validation', work));
  return {
    value: value.value,
    problem: Promise.all([problem, value.problem]).then(([memory, other]) => memory ?? other),
  };
}

async function requireNone({ watch }: ExecutorOptions, problem: Promise<GPUError | null>): Promise<void> {
  const error = await watch.guard(problem, 'the device could not be prepared');
  if (error !== null) {
    throw new DeviceError('device-failed', `the device refused the model: ${error.message}`);
  }
}

function upload(device: GPUDevice, memory: Memory, options: ExecutorOptions, isStopped: () => boolean): Promise<void> {
  const { feed, watch, signal } = options;
  const onProgress = (done: number, total: number) => options.onProgress('weights', done, total);
  return uploadWeights(device, memory, { feed, watch, signal, isStopped, onProgress });
}

/** The values of both, or what failed first, once the other has come to an end too. */
async function both<First, Second>(
  first: Promise<First>,
  second: (isStopped: () => boolean) => Promise<Second>,
): Promise<[First, Second]> {
  const failures: unknown[] = [];
  const fail = (error: unknown): never => {
    failures.push(error);
    throw error;
  };
  const works = [first.catch(fail), second(() => failures.length > 0).catch(fail)] as const;
  const [one, other] = await Promise.allSettled(works);
  if (one.status === 'fulfilled' && other.status === 'fulfilled') return [one.value, other.value];
  throw failures[0];
}

function selectKernels(device: GPUDevice, options: ExecutorOptions): readonly Candidate[] {
  const limits = device.limits as unknown as Readonly<Record<string, number>>;
  const { features } = device;
  const target = {
    class: options.class,
    features,
    limits,
    subgroupSize: subgroupSize(device),
    batch: options.maxBatch,
  };
  const selected = options.plan.dispatches.map((dispatch) => selectCandidate(dispatch, target, options.tuning));
  const most = device.limits.maxComputeWorkgroupsPerDimension;
  for (const candidate of selected) {
    const largest = Math.max(...workgroupCounts(candidate, options.maxBatch));
    if (largest > most) {
      throw new DeviceError(
        'limit-exceeded',
        `${candidate.kernel} needs ${largest} workgroups for a batch of ${options.maxBatch}; this device starts at most ${most}: use a smaller batch`,
      );
    }
  }
  return selected;
}

interface Prepared {
  readonly input: InputWriter;
  readonly watch: DeviceWatch;
  readonly replay: Replay;
  readonly readback: Readback;
}

function createRun(device: GPUDevice, { input: writer, watch, replay, readback }: Prepared): Executor['run'] {
  return async (input, batch) => {
    watch.check();
    if (writer.ready) await watch.guard(writer.ready(), 'the input could not be written');
    const commands = replay.take(batch);
    const { problem } = inErrorScope(device, 'validation', () => {
      writer.write(input, batch);
      for (const each of commands.value) device.queue.submit([each]);
    });
    const reading = readback.read(batch);
    replay.prepare(batch);
    const values = await watch.guard(reading, 'the results could not be read');
    const problems = Promise.all([commands.problem, problem]);
    const found = await watch.guard(problems, 'the device could not tell whether it failed');
    const error = found.find((each) => each !== null);
    if (error) {
      throw new DeviceError('device-failed', `the device refused the run: ${error.message}`);
    }
    return values;
  };
}
