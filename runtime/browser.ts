/** The runtime in a browser, where WebGPU comes from `navigator.gpu`. */

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

export function load(source: ModelSource, options: LoadOptions = {}): Promise<LoadedModel> {
  const gpu: GPU | undefined = options.gpu ?? navigator.gpu;
  return loadModel(source, { ...options, gpu });
}
