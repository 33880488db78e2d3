/** `load`: from a plan and its weights to a model that runs. It knows no way to WebGPU of its own. */

import type { ByteStream } from './byte-reader.ts';
import { adoptDevice, type OpenDevice, openDevice } from './device.ts';
import { watchDevice } from './device-watch.ts';
import { InputError, WeightsError } from './errors.ts';
import { createExecutor } from './executor.ts';
import { describeKernel } from './kernels/manifest.ts';
import { createModel, type LoadedModel, listResults } from './model.ts';
import type { Kernels } from './pipelines.ts';
import type { AdapterClass, Plan } from './plan.ts';
import type { Tuning } from './select.ts';
import { tuningOf } from './tuning.ts';
import { validatePlan } from './validate-plan.ts';
import { openWeights, type WeightFeed, type WeightSource } from './weights.ts';

export interface ModelSource {
  readonly plan: Plan;
  /**
   * A safetensors file: its bytes, the stream of them, or where it is; or tensors. A stream and a file are read once,
   * in pieces that go to the device as they come.
   */
  readonly weights: WeightSource | URL;
  /** The WGSL of each kernel that the plan names; by default the kernels of this runtime. */
  readonly kernels?: Readonly<Record<string, string>> | undefined;
}

export interface Progress {
  readonly phase: 'pipelines' | 'weights';
  readonly done: number;
  readonly total: number;
}

export interface LoadOptions {
  /** WebGPU's entry point; not needed with a device. */
  readonly gpu?: GPU | undefined;
  /** A device to run on, which stays the caller's: it is never destroyed here. */
  readonly device?: GPUDevice | undefined;
  /** Takes the kernels of this class, whatever the adapter is. */
  readonly adapterClass?: AdapterClass | undefined;
  /** The largest batch that `run` will take. */
  readonly maxBatch?: number | undefined;
  /** Whether `run` also returns the map of each stage. */
  readonly taps?: boolean | undefined;
  /** How to choose among kernels, in place of the plan's own measurements. */
  readonly tuning?: Tuning | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export async function load(source: ModelSource, options: LoadOptions = {}): Promise<LoadedModel> {
  const start = performance.now();
  const plan = validatePlan(source.plan);
  requireBatch(options.maxBatch ?? 1);
  const { weights } = source;
  const feed = await openWeights(plan, weights instanceof URL ? await fetchBytes(weights, options.signal) : weights);
  try {
    const kernels = source.kernels ? describeKernels(plan, source.kernels) : await ownKernels();
    options.signal?.throwIfAborted();
    const opened = options.device
      ? adoptDevice(options.device, plan, options.adapterClass)
      : await openDevice(options.gpu, plan, options.adapterClass);
    return await loadOn(opened, { plan, feed, kernels, start }, options);
  } finally {
    await feed.close();
  }
}

interface Ingredients {
  readonly plan: Plan;
  readonly feed: WeightFeed;
  readonly kernels: Kernels;
  /** When the loading began. */
  readonly start: number;
}

async function loadOn(
  opened: OpenDevice,
  { plan, feed, kernels, start }: Ingredients,
  options: LoadOptions,
): Promise<LoadedModel> {
  const { maxBatch = 1, onProgress } = options;
  const watch = watchDevice(opened.device);
  try {
    options.signal?.throwIfAborted();
    const compileStart = performance.now();
    const results = listResults(plan, options.taps === true);
    const executor = await createExecutor(opened.device, {
      plan,
      feed,
      kernels,
      class: opened.adapter.class,
      maxBatch,
      results: [...new Set(results.map(({ buffer }) => buffer))],
      tuning: options.tuning ?? tuningOf(plan.tuning, opened.adapter),
      watch,
      signal: options.signal,
      onProgress: (phase, done, total) => onProgress?.({ phase, done, total }),
    });
    const end = performance.now();
    const milliseconds = { load: end - start, compile: end - compileStart };
    return createModel({ plan, executor, results, watch, opened, maxBatch, milliseconds });
  } catch (error) {
    if (opened.owned) {
      opened.device.destroy();
    }
    throw error;
  }
}

async function fetchBytes(url: URL, signal: AbortSignal | undefined): Promise<ByteStream> {
  const response = await fetch(url, signal ? { signal } : {});
  if (!response.ok || response.body === null) {
    throw new WeightsError(`there are no weights at ${url.href}: the answer is ${response.status}`);
  }
  return response.body;
}

function requireBatch(maxBatch: number): void {
  if (!Number.isSafeInteger(maxBatch) || maxBatch < 1) {
    throw new InputError(`maxBatch is ${maxBatch}; it counts images`);
  }
}

/** Imported only when they are needed: a package brings just the kernels that its plan names. */
async function ownKernels(): Promise<Kernels> {
  return (await import('./kernels/manifest.gen.ts')).kernels;
}

function describeKernels(plan: Plan, sources: Readonly<Record<string, string>>): Kernels {
  const names = new Set(plan.dispatches.flatMap(({ candidates }) => candidates.map(({ kernel }) => kernel)));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
      return source === undefined ? [] : [[name, describeKernel(name, source)]];
    }),
  );
}
