/** `load`: from a plan and its weights to a model that runs. It knows no way to WebGPU of its own. */

import { adoptDevice, openDevice } from './device.ts';
import { watchDevice } from './device-watch.ts';
import { InputError } from './errors.ts';
import { createExecutor } from './executor.ts';
import { describeKernel } from './kernels/manifest.ts';
import { createModel, type LoadedModel, listResults } from './model.ts';
import type { Kernels } from './pipelines.ts';
import type { AdapterClass, Plan } from './plan.ts';
import type { Tuning } from './select.ts';
import { tuningOf } from './tuning.ts';
import { validatePlan } from './validate-plan.ts';
import { matchWeights, type WeightTensors } from './weights.ts';

export interface ModelSource {
  readonly plan: Plan;
  /** A safetensors file, or its tensors. */
  readonly weights: Uint8Array | WeightTensors;
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
  const maxBatch = requireBatch(options.maxBatch ?? 1);
  const weights = matchWeights(plan, source.weights);
  const kernels = source.kernels ? describeKernels(plan, source.kernels) : await ownKernels();
  options.signal?.throwIfAborted();
  const opened = options.device
    ? adoptDevice(options.device, plan, options.adapterClass)
    : await openDevice(options.gpu, plan, options.adapterClass);
  const watch = watchDevice(opened.device);
  try {
    options.signal?.throwIfAborted();
    const compileStart = performance.now();
    const results = listResults(plan, options.taps === true);
    const executor = await createExecutor(opened.device, {
      plan,
      weights,
      kernels,
      class: opened.adapter.class,
      maxBatch,
      results: [...new Set(results.map(({ buffer }) => buffer))],
      tuning: options.tuning ?? tuningOf(plan.tuning, opened.adapter),
      watch,
      signal: options.signal,
      onProgress: (phase, done, total) => options.onProgress?.({ phase, done, total }),
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

function requireBatch(maxBatch: number): number {
  if (!Number.isSafeInteger(maxBatch) || maxBatch < 1) {
    throw new InputError(`maxBatch is ${maxBatch}; it counts images`);
  }
  return maxBatch;
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
