/** Finds each weight of a plan among the tensors of a file. */

import { messageOf } from './device.ts';
import { WeightsError } from './errors.ts';
import type { Plan, PlanBuffer } from './plan.ts';
import { parseSafetensors } from './safetensors.ts';

export interface WeightTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export interface WeightTensors {
  readonly tensors: ReadonlyMap<string, WeightTensor>;
}

const DTYPES = { f32: 'F32', f16: 'F16' } as const;

/** The bytes of each weight buffer, by its index in the plan. The file may hold more tensors than the plan asks for. */
export function matchWeights(plan: Plan, source: Uint8Array | WeightTensors): ReadonlyMap<number, Uint8Array> {
  const { tensors } = source instanceof Uint8Array ? parse(source) : source;
  const weights = [...plan.buffers.entries()].filter(([, buffer]) => buffer.role === 'weight');
  return new Map(weights.map(([index, buffer]) => [index, matchWeight(buffer, tensors.get(buffer.name))]));
}

function parse(bytes: Uint8Array): WeightTensors {
  try {
    return parseSafetensors(bytes);
  } catch (error) {
    throw new WeightsError(`the weights are no safetensors file: ${messageOf(error)}`, { cause: error });
  }
}

function matchWeight({ name, type, shape }: PlanBuffer, tensor: WeightTensor | undefined): Uint8Array {
  if (tensor === undefined) {
    throw new WeightsError(`the weights lack ${name}`);
  }
  if (tensor.dtype !== DTYPES[type]) {
    throw new WeightsError(`weight ${name} is ${tensor.dtype}; the plan asks for ${DTYPES[type]}`);
  }
  const isSame = tensor.shape.length === shape.length && tensor.shape.every((length, axis) => length === shape[axis]);
  if (!isSame) {
    throw new WeightsError(`weight ${name} is [${tensor.shape.join(', ')}]; the plan asks for [${shape.join(', ')}]`);
  }
  return tensor.data;
}
