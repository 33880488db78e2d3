/** What the tests call inside the page; bundled with the runtime into a script that leaves a global `page`. */
import { load } from '../../runtime/browser.ts';
import type { LoadOptions, ModelSource } from '../../runtime/load.ts';
import type { LoadedModel } from '../../runtime/model.ts';

export interface AdapterFacts {
  readonly vendor: string;
  readonly architecture: string;
  readonly hasDevice: boolean;
}

export async function describeAdapter(): Promise<AdapterFacts | null> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return null;
  const device = await adapter.requestDevice();
  const hasDevice = device instanceof GPUDevice;
  device.destroy();
  return { vendor: adapter.info.vendor, architecture: adapter.info.architecture, hasDevice };
}

export interface Answer {
  readonly logits: readonly number[];
  readonly shape: readonly number[];
  readonly adapterClass: string;
}

export async function run(
  source: Omit<ModelSource, 'weights'>,
  input: readonly number[],
  maxBatch: number,
): Promise<Answer> {
  // A map does not survive the way into the page.
  return answer(await load({ ...source, weights: { tensors: new Map() } }, { maxBatch }), input);
}

/** What a compiled package exports, as far as these tests use it. */
interface CompiledPackage {
  readonly load: (options: LoadOptions) => Promise<LoadedModel>;
}

/** Imports a compiled package from the server, with nothing of ours around it. */
export async function runPackage(url: string, input: readonly number[], maxBatch: number): Promise<Answer> {
  const compiled: CompiledPackage = await import(url);
  return answer(await compiled.load({ maxBatch }), input);
}

async function answer(loaded: LoadedModel, input: readonly number[]): Promise<Answer> {
  await using model = loaded;
  const { logits, shape } = await model.run(Float32Array.from(input));
  return { logits: [...logits], shape, adapterClass: model.info.adapter.class };
}
