/** Weights on their way to the device: little of them is in memory besides. */

import type { DeviceWatch } from './device-watch.ts';
import { inErrorScope } from './error-scope.ts';
import { DeviceError } from './errors.ts';
import type { Memory } from './memory.ts';
import type { WeightFeed } from './weights.ts';

export interface UploadOptions {
  readonly feed: WeightFeed;
  readonly watch: DeviceWatch;
  readonly signal: AbortSignal | undefined;
  /** Whether whoever waits for the weights has failed meanwhile, so that they are wanted no more. */
  readonly isStopped: () => boolean;
  readonly onProgress: (done: number, total: number) => void;
}

/** WebGPU keeps a copy of what is written until the device has taken it: so many bytes may wait for that. */
const mostWaiting = 2 ** 23;
/** Bytes of one write. */
const mostWritten = 2 ** 20;

export async function uploadWeights(device: GPUDevice, memory: Memory, options: UploadOptions): Promise<void> {
  const { feed, watch, signal, isStopped } = options;
  let [done, waiting] = [0, 0];
  let problems: Promise<GPUError | null>[] = [];
  const settle = async () => {
    // What is only written would wait for the next submit.
    device.queue.submit([]);
    await watch.guard(device.queue.onSubmittedWorkDone(), 'the weights could not be written');
    const found = await watch.guard(Promise.all(problems), 'the device could not tell whether it took the weights');
    const error = found.find((each) => each !== null);
    if (error) throw new DeviceError('device-failed', `the device refused the weights: ${error.message}`);
    [waiting, problems] = [0, []];
    signal?.throwIfAborted();
  };
  for await (const { index, offset, bytes, isLast } of feed.pieces) {
    const buffer = memory.buffers[index];
    if (isStopped()) return;
    for (let begin = 0; buffer !== undefined && begin < bytes.length; begin += mostWritten) {
      const part = wholeWords(bytes.subarray(begin, begin + mostWritten));
      const write = () => device.queue.writeBuffer(buffer, offset + begin, part);
      problems.push(inErrorScope(device, 'validation', write).problem);
      waiting += part.length;
      if (waiting >= mostWaiting) await settle();
    }
    if (isLast) options.onProgress(++done, feed.total);
  }
  await settle();
}

/** WebGPU writes multiples of four bytes. */
function wholeWords(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes.byteLength % 4 === 0 && bytes.buffer instanceof ArrayBuffer) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  const padded = new Uint8Array(Math.ceil(bytes.byteLength / 4) * 4);
  padded.set(bytes);
  return padded;
}
