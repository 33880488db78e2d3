/** A plan on a device: prepared once, then run by one command buffer a time. */

import { bindSteps, workgroupCounts } from './bind.ts';
import type { DeviceWatch } from './device-watch.ts';
import { inErrorScope } from './error-scope.ts';
import { DeviceError } from './errors.ts';
import { allocate, type Memory, type MemoryBytes } from './memory.ts';
import { createPipelines, type Kernels, type Pipeline } from './pipelines.ts';
import type { AdapterClass, Candidate, Plan } from './plan.ts';
import { createReadback, type Readback } from './readback.ts';
import { createReplay, type Replay } from './replay.ts';
import { selectCandidate, type Tuning } from './select.ts';

export interface ExecutorOptions {
  readonly plan: Plan;
  /** Bytes of each weight, by the index of its buffer. */
  readonly weights: ReadonlyMap<number, Uint8Array>;
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
  readonly selected: readonly Candidate[];
  readonly bytes: MemoryBytes;
  readonly destroy: () => void;
}

/** Selects kernels, compiles them, uploads the weights and binds everything. */
export async function createExecutor(device: GPUDevice, options: ExecutorOptions): Promise<Executor> {
  const { plan, watch } = options;
  const selected = selectKernels(device, options);
  const compiling = createPipelines(device, options.kernels, selected, (done, total) =>
    options.onProgress('pipelines', done, total),
  );
  const pipelines = await watch.guard(compiling, 'the kernels could not be compiled');
  options.signal?.throwIfAborted();
  const prepared = inErrorScope(device, 'out-of-memory', () =>
    inErrorScope(device, 'validation', () => prepare(device, options, { pipelines, selected })),
  );
  const { memory, readback, steps } = prepared.value.value;
  const replay = createReplay(device, { memory, steps, readback });
  const destroy = () => {
    replay.drop();
    memory.destroy();
    readback.destroy();
  };
  const problems = Promise.all([prepared.problem, prepared.value.problem]);
  const error = (await watch.guard(problems, 'the device could not be prepared')).find((problem) => problem !== null);
  if (error) {
    destroy();
    throw new DeviceError('device-failed', `the device refused the model: ${error.message}`);
  }
  const run = createRun(device, { plan, watch, memory, replay, readback });
  return { run, selected, bytes: memory.bytes, destroy };
}

interface Chosen {
  readonly pipelines: readonly Pipeline[];
  readonly selected: readonly Candidate[];
}

function prepare(device: GPUDevice, options: ExecutorOptions, chosen: Chosen) {
  const { plan, maxBatch, results } = options;
  const memory = allocate(device, plan, { maxBatch, kept: new Set(results) });
  uploadWeights(device, memory, options);
  const steps = bindSteps(device, plan, { memory, ...chosen });
  return { memory, readback: createReadback(device, plan, results, maxBatch), steps };
}

function selectKernels(device: GPUDevice, options: ExecutorOptions): readonly Candidate[] {
  const limits = device.limits as unknown as Readonly<Record<string, number>>;
  const target = { class: options.class, features: device.features, limits, batch: options.maxBatch };
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

function uploadWeights(device: GPUDevice, memory: Memory, { weights, onProgress }: ExecutorOptions): void {
  let done = 0;
  for (const [index, bytes] of weights) {
    const buffer = memory.buffers[index];
    if (buffer !== undefined && bytes.byteLength > 0) {
      device.queue.writeBuffer(buffer, 0, wholeWords(bytes));
    }
    done += 1;
    onProgress('weights', done, weights.size);
  }
}

/** WebGPU writes multiples of four bytes. */
function wholeWords(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes.byteLength % 4 === 0 && bytes.buffer instanceof ArrayBuffer) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  const padded = new Uint8Array(Math.ceil(bytes.byteLength / 4) * 4);
  padded.set(bytes);
  return padded;
}

interface Prepared {
  readonly plan: Plan;
  readonly watch: DeviceWatch;
  readonly memory: Memory;
  readonly replay: Replay;
  readonly readback: Readback;
}

function createRun(device: GPUDevice, prepared: Prepared): Executor['run'] {
  const { plan, watch, memory, replay, readback } = prepared;
  const { queue } = device;
  const inputBuffer = memory.buffers[plan.input];
  let batchOnDevice = 0;
  return async (input, batch) => {
    watch.check();
    const commands = replay.take(batch);
    const { problem } = inErrorScope(device, 'validation', () => {
      if (batch !== batchOnDevice) {
        queue.writeBuffer(memory.batch, 0, Uint32Array.of(batch));
        batchOnDevice = batch;
      }
      if (inputBuffer !== undefined) {
        queue.writeBuffer(inputBuffer, 0, input);
      }
      queue.submit([commands.value]);
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
