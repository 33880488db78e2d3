/** What can go wrong while a model is loaded or run, each with a code to switch on. */

export type RuntimeErrorCode =
  | 'no-webgpu'
  | 'no-adapter'
  | 'no-device'
  | 'missing-feature'
  | 'limit-exceeded'
  | 'device-failed'
  | 'device-lost'
  | 'invalid-plan'
  | 'invalid-weights'
  | 'invalid-input'
  | 'disposed';

export class RuntimeError extends Error {
  override readonly name: string = 'RuntimeError';
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** No adapter or device, one that lacks what the model needs, or one that refused a command. */
export class DeviceError extends RuntimeError {
  override readonly name = 'DeviceError';
}

export class DeviceLostError extends RuntimeError {
  override readonly name = 'DeviceLostError';
  readonly reason: string;

  constructor(reason: string, message: string) {
    super('device-lost', `the GPU device was lost (${reason})${message === '' ? '' : `: ${message}`}`);
    this.reason = reason;
  }
}

export class PlanError extends RuntimeError {
  override readonly name = 'PlanError';

  constructor(message: string, options?: ErrorOptions) {
    super('invalid-plan', message, options);
  }
}

export class WeightsError extends RuntimeError {
  override readonly name = 'WeightsError';

  constructor(message: string, options?: ErrorOptions) {
    super('invalid-weights', message, options);
  }
}

export class InputError extends RuntimeError {
  override readonly name = 'InputError';

  constructor(message: string) {
    super('invalid-input', message);
  }
}

/** The model was used after it was disposed of. */
export class DisposedError extends RuntimeError {
  override readonly name = 'DisposedError';

  constructor() {
    super('disposed', 'the model has been disposed of');
  }
}
