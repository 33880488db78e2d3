/** What is measured: something that answers a batch of images. */
import type { RunProfile } from '../../../runtime/profile.ts';

export interface Engine {
  readonly name: string;
  /** From the input in memory to the logits in memory. */
  readonly run: (input: Float32Array) => Promise<Float32Array>;
  /** Where the engine can be timed by the GPU's own clock: that many runs. */
  readonly timestamps?: (input: Float32Array, times: number) => Promise<readonly RunProfile[]>;
  readonly dispose: () => Promise<void>;
}
