/** The GPU's own clock around compute passes, where a device has `timestamp-query`. */

import { restDuring } from './rest.ts';
import { BUFFER_USAGE, MAP_READ } from './webgpu-constants.ts';

export interface Timestamps {
  /** What the pass of this number is to begin with. */
  readonly writesOf: (pass: number) => GPUComputePassTimestampWrites;
  /** Encodes, behind all passes, what `read` needs. */
  readonly resolve: (encoder: GPUCommandEncoder) => void;
  /** Nanoseconds at which each pass began and ended, in turns. It may be called once, after the submit. */
  readonly read: () => Promise<BigUint64Array>;
}

/** What a query set of WebGPU holds at most, in pairs. */
const mostPairs = 2048;
const pairBytes = 16;

export function createTimestamps(device: GPUDevice, passes: number): Timestamps {
  const { queryResolve, copySource, copyDestination, mapRead } = BUFFER_USAGE;
  const querySets = Array.from({ length: Math.ceil(passes / mostPairs) }, (_, index) =>
    device.createQuerySet({ type: 'timestamp', count: 2 * Math.min(passes - index * mostPairs, mostPairs) }),
  );
  const size = passes * pairBytes;
  const resolved = device.createBuffer({ label: 'timestamps', size, usage: queryResolve | copySource });
  const staging = device.createBuffer({ label: 'timestamps', size, usage: mapRead | copyDestination });
  return {
    writesOf: (pass) => {
      const querySet = querySets[Math.floor(pass / mostPairs)];
      if (querySet === undefined) throw new RangeError(`there is no pass ${pass} of ${passes}`);
      const place = 2 * (pass % mostPairs);
      return { querySet, beginningOfPassWriteIndex: place, endOfPassWriteIndex: place + 1 };
    },
    resolve: (encoder) => {
      for (const [index, querySet] of querySets.entries())
        encoder.resolveQuerySet(querySet, 0, querySet.count, resolved, index * mostPairs * pairBytes);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    },
    read: async () => {
      try {
        await restDuring(device, staging.mapAsync(MAP_READ));
        return new BigUint64Array(staging.getMappedRange().slice(0));
      } finally {
        for (const resource of [...querySets, resolved, staging]) resource.destroy();
      }
    },
  };
}
