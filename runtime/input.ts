/** From float32 values in memory to the buffer that the first dispatch reads. */

import { bufferBytes, type Memory } from './memory.ts';
import type { Plan } from './plan.ts';
import { BUFFER_USAGE, MAP_WRITE } from './webgpu-constants.ts';

export interface InputWriter {
  /** Resolves when `write` may be called; undefined where it always may. */
  readonly ready: (() => Promise<unknown>) | undefined;
  /** Puts the input, whose memory later dispatches use again, and the batch, if it is another, on the device. */
  readonly write: (input: Float32Array<ArrayBuffer>, batch: number) => void;
  readonly destroy: () => void;
}

/** Bytes up to which the queue has memory at hand. For more it would ask the system anew each time, which takes longer than the copy. */
const mostQueued = 2 ** 21;

export function createInputWriter(device: GPUDevice, plan: Plan, memory: Memory, maxBatch: number): InputWriter {
  const target = memory.buffers[plan.input];
  const buffer = plan.buffers[plan.input];
  const size = buffer === undefined ? 0 : bufferBytes(buffer, maxBatch);
  const writeBatch = createBatchWriter(device, memory);
  if (target !== undefined && size > mostQueued) return createStagedWriter(device, target, size, writeBatch);
  return {
    ready: undefined,
    write: (input, batch) => {
      writeBatch(batch);
      if (target !== undefined) device.queue.writeBuffer(target, 0, input);
    },
    destroy: () => {},
  };
}

function createBatchWriter({ queue }: GPUDevice, memory: Memory): (batch: number) => void {
  let batchOnDevice = 0;
  return (batch) => {
    if (batch !== batchOnDevice) queue.writeBuffer(memory.batch, 0, Uint32Array.of(batch));
    batchOnDevice = batch;
  };
}

/** By way of one buffer that is mapped again as soon as the device has copied it. */
function createStagedWriter(
  device: GPUDevice,
  target: GPUBuffer,
  size: number,
  writeBatch: (batch: number) => void,
): InputWriter {
  const usage = BUFFER_USAGE.mapWrite | BUFFER_USAGE.copySource;
  const staging = device.createBuffer({ label: 'input', size, usage, mappedAtCreation: true });
  let mapped: Promise<unknown> = Promise.resolve();
  return {
    ready: () => mapped,
    write: (input, batch) => {
      writeBatch(batch);
      new Float32Array(staging.getMappedRange(0, input.byteLength)).set(input);
      staging.unmap();
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(staging, 0, target, 0, input.byteLength);
      device.queue.submit([encoder.finish()]);
      mapped = staging.mapAsync(MAP_WRITE);
      // A run that never comes has nobody who hears that it failed.
      mapped.catch(() => undefined);
    },
    destroy: () => staging.destroy(),
  };
}
