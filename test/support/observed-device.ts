/** A real device that notes when commands are encoded and submitted. */

export interface DeviceEvent {
  readonly kind: 'encoder' | 'finish' | 'submit' | 'write' | 'wait' | 'pipeline';
  /** By `performance.now`, before and after the call. */
  readonly start: number;
  readonly end: number;
  /** Command buffers of a submit, bytes of a write, else 1. */
  readonly count: number;
}

export interface ObservedDevice {
  readonly device: GPUDevice;
  /** In order; whoever reads them may empty it. */
  readonly events: DeviceEvent[];
}

/** The calls go to the device as they are: nothing is answered in its place. */
export function observedDevice(device: GPUDevice): ObservedDevice {
  const events: DeviceEvent[] = [];
  const noted = <Value>(kind: DeviceEvent['kind'], count: number, call: () => Value): Value => {
    const start = performance.now();
    const value = call();
    events.push({ kind, count, start, end: performance.now() });
    return value;
  };
  const queue = replaced(device.queue, {
    submit: (buffers: Iterable<GPUCommandBuffer>) => {
      const all = [...buffers];
      return noted('submit', all.length, () => device.queue.submit(all));
    },
    onSubmittedWorkDone: () => noted('wait', 1, () => device.queue.onSubmittedWorkDone()),
    writeBuffer: (...[buffer, offset, data, ...rest]: Parameters<GPUQueue['writeBuffer']>) =>
      noted('write', data.byteLength, () => device.queue.writeBuffer(buffer, offset, data, ...rest)),
  });
  const observed = replaced(device, {
    queue,
    createCommandEncoder: () => {
      const encoder = noted('encoder', 1, () => device.createCommandEncoder());
      return replaced(encoder, { finish: () => noted('finish', 1, () => encoder.finish()) });
    },
    createComputePipelineAsync: (descriptor: GPUComputePipelineDescriptor) =>
      noted('pipeline', 1, () => device.createComputePipelineAsync(descriptor)),
  });
  return { device: observed, events };
}

/** WebGPU's objects know only themselves as `this`: a method that is called on the proxy runs on the object. */
function replaced<Target extends object>(target: Target, replacements: Readonly<Record<string, unknown>>): Target {
  return new Proxy(target, {
    get: (_, name) => {
      if (typeof name === 'string' && Object.hasOwn(replacements, name)) return replacements[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
