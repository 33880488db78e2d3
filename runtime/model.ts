/** A loaded model: what a program calls. */

import { type Classify, createClassify } from './classify.ts';
import type { AdapterRecord, OpenDevice } from './device.ts';
import type { DeviceWatch } from './device-watch.ts';
import { type DeviceLostError, DisposedError, InputError } from './errors.ts';
import type { Executor } from './executor.ts';
import { elementCount, type MemoryBytes } from './memory.ts';
import type { AdapterClass, ElementType, Plan } from './plan.ts';
import type { ProfileOptions, RunProfile } from './profile.ts';

/** A map of the model for a batch. */
export interface StageMap {
  /** Counted from 1; 0 is the patch embedding. */
  readonly stage: number;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface RunResult {
  readonly logits: Float32Array;
  /** [batch, classes] */
  readonly shape: readonly number[];
  /** The extra outputs that the specification asks for. */
  readonly features: readonly StageMap[];
  /** The patch embedding and each stage after its merging, [B, tokens, C], for a model loaded with `taps`. */
  readonly stages?: readonly StageMap[];
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface SelectedKernel {
  readonly op: string;
  readonly stage: number | null;
  readonly block: number | null;
  readonly kernel: string;
  readonly class: AdapterClass;
}

export interface ModelInfo {
  readonly model: string;
  readonly adapter: AdapterRecord;
  readonly elementType: ElementType;
  readonly maxBatch: number;
  /** The kernel of each dispatch, in order. */
  readonly kernels: readonly SelectedKernel[];
  readonly bytes: MemoryBytes;
  readonly milliseconds: { readonly load: number; readonly compile: number };
}

export interface LoadedModel extends AsyncDisposable {
  readonly info: ModelInfo;
  /** Resolves when the device is lost, or the model is disposed of with a device of its own. */
  readonly lost: Promise<DeviceLostError>;
  /** Takes float32 [batch, channels, height, width] in C order, preprocessed. Calls queue up. */
  run(input: Float32Array, options?: RunOptions): Promise<RunResult>;
  readonly classify: Classify;
  /** Times a run of such an input, by dispatch or as a whole; `info.kernels` says what each dispatch is. */
  profile(input: Float32Array, options?: ProfileOptions): Promise<readonly RunProfile[]>;
}

export interface NamedResult {
  readonly name: 'logits' | 'features' | 'stages';
  readonly stage: number;
  readonly buffer: number;
}

export interface ModelParts {
  readonly plan: Plan;
  readonly executor: Executor;
  readonly results: readonly NamedResult[];
  readonly watch: DeviceWatch;
  readonly opened: OpenDevice;
  readonly maxBatch: number;
  readonly milliseconds: { readonly load: number; readonly compile: number };
}

/** What a run returns: the plan's outputs, and its taps if they are asked for. */
export function listResults(plan: Plan, taps: boolean): readonly NamedResult[] {
  const outputs = plan.outputs.map(({ name, stage, buffer }) => ({ name, stage: stage ?? 0, buffer }));
  return taps ? [...outputs, ...plan.taps.map((tap) => ({ ...tap, name: 'stages' as const }))] : outputs;
}

export function createModel(parts: ModelParts): LoadedModel {
  const { plan, executor, watch, opened, maxBatch } = parts;
  const queue = createQueue();
  let disposed = false;
  const requireReady = () => {
    if (disposed) throw new DisposedError();
    watch.check();
  };
  const run = (input: Float32Array, { signal }: RunOptions = {}): Promise<RunResult> => {
    const result = queue(async () => {
      signal?.throwIfAborted();
      requireReady();
      const batch = requireInput(plan, input, maxBatch);
      return name(parts, await executor.run(inOwnMemory(input), batch), batch);
    });
    return signal === undefined ? result : orAborted(result, signal);
  };
  return {
    info: describeModel(parts),
    lost: watch.lost,
    run,
    classify: createClassify(plan, maxBatch, run),
    profile: (input, options = {}) =>
      queue(async () => {
        requireReady();
        return executor.profile(new Float32Array(input), requireInput(plan, input, maxBatch), options);
      }),
    [Symbol.asyncDispose]: async () => {
      if (disposed) return;
      disposed = true;
      await queue(async () => executor.destroy());
      if (opened.owned) opened.device.destroy();
    },
  };
}

/** Runs jobs one after another; each settles its own promise. */
function createQueue(): <Value>(job: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const result = last.then(job);
    last = result.catch(() => undefined);
    return result;
  };
}

/** Work on the device cannot be called back: an abort only stops the waiting for it. */
function orAborted<Value>(result: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}

function imageLength(plan: Plan): number {
  const input = plan.buffers[plan.input];
  return input === undefined ? 0 : elementCount(input);
}

function requireInput(plan: Plan, input: Float32Array, maxBatch: number): number {
  if (!(input instanceof Float32Array)) throw new InputError('the input is no Float32Array');
  const length = imageLength(plan);
  const batch = input.length / length;
  const shape = plan.buffers[plan.input]?.shape.join(', ') ?? '';
  if (!Number.isInteger(batch) || batch === 0) {
    throw new InputError(`the input has ${input.length} values; an image of [${shape}] has ${length}`);
  }
  if (batch > maxBatch) {
    throw new InputError(`the input holds ${batch} images; the model was loaded with maxBatch ${maxBatch}`);
  }
  return batch;
}

/** WebGPU takes no memory that several threads share. */
function inOwnMemory(input: Float32Array): Float32Array<ArrayBuffer> {
  return input.buffer instanceof ArrayBuffer
    ? new Float32Array(input.buffer, input.byteOffset, input.length)
    : new Float32Array(input);
}

/** Gives the values of each buffer the name that the plan has for them. */
function name({ plan, results }: ModelParts, values: readonly Float32Array[], batch: number): RunResult {
  const buffers = [...new Set(results.map(({ buffer }) => buffer))];
  const maps = results.map(({ name, stage, buffer }) => {
    const { shape = [], batched = false } = plan.buffers[buffer] ?? {};
    const own = name === 'stages' ? tokensByChannels(shape) : shape;
    const map = { stage, shape: batched ? [batch, ...own] : own };
    return { name, map: { ...map, values: values[buffers.indexOf(buffer)] ?? new Float32Array() } };
  });
  const named = (wanted: NamedResult['name']) => maps.filter(({ name }) => name === wanted).map(({ map }) => map);
  const [logits] = named('logits');
  const run = { logits: logits?.values ?? new Float32Array(), shape: logits?.shape ?? [], features: named('features') };
  const stages = named('stages');
  return stages.length > 0 ? { ...run, stages } : run;
}

function describeModel({ plan, executor, opened, maxBatch, milliseconds }: ModelParts): ModelInfo {
  const kernels = plan.dispatches.flatMap(({ op, stage, block }, index) => {
    const candidate = executor.selected[index];
    return candidate === undefined ? [] : { op, stage, block, kernel: candidate.kernel, class: candidate.class };
  });
  const { model, elementType } = plan;
  return { model, adapter: opened.adapter, elementType, maxBatch, kernels, bytes: executor.bytes, milliseconds };
}

/** [H, W, C] as the reference implementations return a stage: [H * W, C]. */
function tokensByChannels(shape: readonly number[]): readonly number[] {
  return [shape.slice(0, -1).reduce((tokens, length) => tokens * length, 1), ...shape.slice(-1)];
}
