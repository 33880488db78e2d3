/** From buffers on the device to float32 values in memory, by way of one staging buffer. */

import { fromHalves } from './float16.ts';
import { bufferBytes, elementCount, type Memory } from './memory.ts';
import type { Plan, PlanBuffer } from './plan.ts';
import { restDuring } from './rest.ts';
import { BUFFER_USAGE, MAP_READ } from './webgpu-constants.ts';

export interface Readback {
  /** Records the copies of every result of a batch. */
  readonly copy: (encoder: GPUCommandEncoder, memory: Memory, batch: number) => void;
  /** Waits for the copies that were submitted, and returns their values. */
  readonly read: (batch: number) => Promise<readonly Float32Array[]>;
  readonly destroy: () => void;
}

/** Where a result lies in the staging buffer. */
interface Result {
  readonly index: number;
  readonly buffer: PlanBuffer;
  readonly offset: number;
}

export function createReadback(device: GPUDevice, plan: Plan, indices: readonly number[], maxBatch: number): Readback {
  const { results, size } = place(plan, indices, maxBatch);
  const usage = BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDestination;
  const staging = device.createBuffer({ label: 'results', size, usage });
  return {
    copy: (encoder, memory, batch) => {
      for (const { index, buffer, offset } of results) {
        const source = memory.buffers[index];
        if (source !== undefined) {
          encoder.copyBufferToBuffer(source, 0, staging, offset, bufferBytes(buffer, batch));
        }
      }
    },
    read: async (batch) => {
      await restDuring(device, staging.mapAsync(MAP_READ));
      const bytes = staging.getMappedRange();
      const values = results.map((result) => decode(bytes, result, batch));
      staging.unmap();
      return values;
    },
    destroy: () => staging.destroy(),
  };
}

function place(plan: Plan, indices: readonly number[], maxBatch: number): { results: Result[]; size: number } {
  const results: Result[] = [];
  let size = 0;
  for (const index of indices) {
    const buffer = plan.buffers[index];
    if (buffer !== undefined) {
      results.push({ index, buffer, offset: size });
      size += Math.ceil(bufferBytes(buffer, maxBatch) / 8) * 8;
    }
  }
  return { results, size };
}

function decode(bytes: ArrayBuffer, { buffer, offset }: Result, batch: number): Float32Array {
  const length = elementCount(buffer) * (buffer.batched ? batch : 1);
  return buffer.type === 'f16'
    ? fromHalves(new Uint16Array(bytes, offset, length))
    : new Float32Array(bytes, offset, length).slice();
}
