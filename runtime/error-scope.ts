/** WebGPU reports what is wrong with a command later, to the scope that was open when the command was given. */

export interface Scoped<Value> {
  readonly value: Value;
  readonly problem: Promise<GPUError | null>;
}

/** The work must be synchronous: scopes of a device form one stack. */
export function inErrorScope<Value>(device: GPUDevice, filter: GPUErrorFilter, work: () => Value): Scoped<Value> {
  device.pushErrorScope(filter);
  try {
    const value = work();
    return { value, problem: device.popErrorScope() };
  } catch (error) {
    device.popErrorScope().catch(() => undefined);
    throw error;
  }
}
