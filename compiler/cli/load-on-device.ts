/** A compiled model on a device that measures several: with the kernels that were measured best, its phases shown. */
import type { LoadedModel } from '../../runtime/model.ts';
import { load } from '../../runtime/node.ts';
import { tuningOf } from '../../runtime/tuning.ts';
import type { Compiled } from '../compile.ts';
import type { Progress } from './output.ts';
import { knownTables } from './tuning-files.ts';

export interface Placement {
  readonly device: GPUDevice;
  readonly maxBatch: number;
  /** What the progress calls it. */
  readonly title: string;
  readonly progress: Progress;
}

export async function loadOnDevice({ plan, tensors }: Compiled, placement: Placement): Promise<LoadedModel> {
  const { device, maxBatch, title, progress } = placement;
  const tuning = tuningOf(await knownTables(), device.adapterInfo);
  const onProgress = ({ phase, done, total }: { phase: string; done: number; total: number }): void =>
    progress.show(`loading ${phase} of ${title}: ${done} of ${total}`);
  return load({ plan, weights: { tensors } }, { device, maxBatch, tuning, onProgress });
}
