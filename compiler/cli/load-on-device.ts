/** A compiled model on a device that measures several: with the kernels that were measured best, its phases shown. */
import type { OpenDevice } from '../../runtime/device.ts';
import type { LoadedModel } from '../../runtime/model.ts';
import { load } from '../../runtime/node.ts';
import { tuningOf } from '../../runtime/tuning.ts';
import type { Compiled } from '../compile.ts';
import type { Progress } from './output.ts';
import { knownTables } from './tuning-files.ts';

export interface Placement {
  /** With what is known of its adapter: a device alone does not tell what its matrix units multiply. */
  readonly opened: OpenDevice;
  readonly maxBatch: number;
  /** What the progress calls it. */
  readonly title: string;
  readonly progress: Progress;
}

export async function loadOnDevice({ plan, tensors }: Compiled, placement: Placement): Promise<LoadedModel> {
  const { opened, maxBatch, title, progress } = placement;
  const { device, adapter } = opened;
  const tuning = tuningOf(await knownTables(), adapter);
  const onProgress = ({ phase, done, total }: { phase: string; done: number; total: number }): void =>
    progress.show(`loading ${phase} of ${title}: ${done} of ${total}`);
  return load({ plan, weights: { tensors } }, { device, adapterClass: adapter.class, maxBatch, tuning, onProgress });
}
