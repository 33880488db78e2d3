/** Our own kernels, loaded for one size of batch. */
import { load } from '../../../runtime/node.ts';
import type { Compiled } from '../../compile.ts';
import type { Progress } from '../output.ts';
import type { Engine } from './engine.ts';

export interface SwincOptions {
  readonly device: GPUDevice;
  readonly batch: number;
  readonly progress: Progress;
}

export const ownName = 'swinc';

export async function openSwinc({ plan, tensors }: Compiled, options: SwincOptions): Promise<Engine> {
  const { device, batch, progress } = options;
  const onProgress = ({ phase, done, total }: { phase: string; done: number; total: number }): void =>
    progress.show(`loading ${phase} of ${plan.model}: ${done} of ${total}`);
  const model = await load({ plan, weights: { tensors } }, { device, maxBatch: batch, onProgress });
  const engine: Engine = {
    name: ownName,
    run: async (input) => (await model.run(input)).logits,
    dispose: async () => model[Symbol.asyncDispose](),
  };
  if (!device.features.has('timestamp-query')) return engine;
  return { ...engine, timestamps: (input, times) => model.profile(input, { each: 'run', times }) };
}
