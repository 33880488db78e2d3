/** Notices that a device was lost: WebGPU itself swallows every error from then on. */

import { messageOf } from './device.ts';
import { DeviceError, DeviceLostError, RuntimeError } from './errors.ts';

export interface DeviceWatch {
  /** Resolves, and never rejects, when the device is lost. */
  readonly lost: Promise<DeviceLostError>;
  /** Throws once the device is lost. */
  readonly check: () => void;
  /** Awaits work on the device; a failure of it, or a loss meanwhile, becomes a typed error. */
  readonly guard: <Value>(work: Promise<Value>, doing: string) => Promise<Value>;
}

export function watchDevice(device: GPUDevice): DeviceWatch {
  let loss: DeviceLostError | null = null;
  const waiting = new Set<(loss: DeviceLostError) => void>();
  const lost = device.lost.then(({ reason, message }) => {
    loss = new DeviceLostError(reason, message);
    for (const reject of waiting) reject(loss);
    return loss;
  });
  const check = () => {
    if (loss !== null) throw loss;
  };
  // Not a race with `lost`, which would keep every work that it ever raced with.
  const orLost = <Value>(work: Promise<Value>) =>
    new Promise<Value>((resolve, reject) => {
      waiting.add(reject);
      work.then(resolve, reject).finally(() => waiting.delete(reject));
    });
  const guard = async <Value>(work: Promise<Value>, doing: string): Promise<Value> => {
    try {
      const value = await orLost(work);
      check();
      return value;
    } catch (error) {
      // The work of a lost device often fails before the loss is reported: give the report a turn to come.
      await new Promise((resolve) => setTimeout(resolve, 0));
      check();
      if (error instanceof RuntimeError) throw error;
      throw new DeviceError('device-failed', `${doing}: ${messageOf(error)}`, { cause: error });
    }
  };
  return { lost, check, guard };
}
