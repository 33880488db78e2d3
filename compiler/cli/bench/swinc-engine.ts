/** Our own kernels, loaded for one size of batch. */
import type { OpenDevice } from '../../../runtime/device.ts';
import type { Compiled } from '../../compile.ts';
import { loadOnDevice } from '../load-on-device.ts';
import type { Progress } from '../output.ts';
import type { Engine } from './engine.ts';

export interface SwincOptions {
  readonly opened: OpenDevice;
  readonly batch: number;
  readonly progress: Progress;
}

export const ownName = 'swinc';

export async function openSwinc(compiled: Compiled, options: SwincOptions): Promise<Engine> {
  const { opened, batch, progress } = options;
  const model = await loadOnDevice(compiled, { opened, maxBatch: batch, title: compiled.plan.model, progress });
  const engine: Engine = {
    name: ownName,
    run: async (input) => (await model.run(input)).logits,
    dispose: async () => model[Symbol.asyncDispose](),
  };
  if (!opened.device.features.has('timestamp-query')) return engine;
  return { ...engine, timestamps: (input, times) => model.profile(input, { each: 'run', times }) };
}
