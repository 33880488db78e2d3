/** The runtime in Node, where WebGPU comes from the package `webgpu`. */

import { DeviceError } from './errors.ts';
import { type LoadOptions, load as loadModel, type ModelSource } from './load.ts';
import type { LoadedModel } from './model.ts';

export type { ByteStream } from './byte-reader.ts';
export type { ScoredClass } from './classification.ts';
export type { ClassifyOptions } from './classify.ts';
export type { AdapterRecord } from './device.ts';
export * from './errors.ts';
export type { Picture } from './image.ts';
export type { LoadOptions, ModelSource, Progress } from './load.ts';
export type { LoadedModel, ModelInfo, RunOptions, RunResult, StageMap } from './model.ts';
export type * from './plan.ts';
export type { ProfileOptions, RunProfile, Span } from './profile.ts';
export type { WeightSource, WeightTensor, WeightTensors } from './weights.ts';

export interface EntryPointOptions {
  /**
   * Whether each access of a kernel to its buffers is checked; true if left out. It may be false for plans that this
   * process has made by itself: then a software adapter is up to a third faster, but a plan or a kernel that somebody
   * else has made could reach any memory of the process.
   */
  readonly robust?: boolean;
}

/** Dawn stops working when its entry point is collected, so each is held for the life of the process. */
const entryPoints = new Map<boolean, Promise<GPU>>();

/** The entry point of WebGPU, the same at every call with the same options. */
export function gpu({ robust = true }: EntryPointOptions = {}): Promise<GPU> {
  const entryPoint = entryPoints.get(robust) ?? createEntryPoint(robust);
  entryPoints.set(robust, entryPoint);
  return entryPoint;
}

/**
 * What Dawn is told. Timestamps are rounded to a tenth of a millisecond, for pages that are not trusted, and most
 * dispatches take less. Matrix units count as unsafe, for they are an experiment; f16 on NVIDIA's cards is off for want of
 * conformance in some of their drivers.
 */
const enabled = ['allow_unsafe_apis', 'vulkan_enable_f16_on_nvidia'];
const disabled = ['timestamp_quantization'];
const withoutChecks = ['disable_robustness'];

const flagsOf = (robust: boolean): readonly string[] => [
  `enable-dawn-features=${[...enabled, ...(robust ? [] : withoutChecks)].join(',')}`,
  `disable-dawn-features=${disabled.join(',')}`,
];

async function createEntryPoint(robust: boolean): Promise<GPU> {
  try {
    const { create } = await import('webgpu');
    return create([...flagsOf(robust)]);
  } catch (error) {
    entryPoints.delete(robust);
    throw new DeviceError('no-webgpu', 'the npm package `webgpu` is not installed, or has no build for this system', {
      cause: error,
    });
  }
}

export async function load(source: ModelSource, options: LoadOptions = {}): Promise<LoadedModel> {
  const entry = options.device === undefined && options.gpu === undefined ? { gpu: await gpu() } : {};
  const { weights } = source;
  const isFile = weights instanceof URL && weights.protocol === 'file:';
  return loadModel(isFile ? { ...source, weights: fileBytes(weights) } : source, { ...options, ...entry });
}

const pieceBytes = 2 ** 20;

/** A file from its beginning to its end, each piece in the memory of the one before; it is open as long as it is read. */
export async function* fileBytes(path: URL | string): AsyncGenerator<Uint8Array, void, undefined> {
  // Named by a variable, so that bundlers for browsers leave it alone.
  const fileSystem = 'node:fs/promises';
  const { open }: typeof import('node:fs/promises') = await import(/* @vite-ignore */ fileSystem);
  const file = await open(path);
  try {
    const memory = new Uint8Array(pieceBytes);
    for (;;) {
      const { bytesRead } = await file.read(memory, 0, pieceBytes);
      if (bytesRead === 0) return;
      yield memory.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
