/** A view of a storage as a tensor in C order: in place where it already is one, else a copy. */
import type { Dtype, Tensor } from '../../../runtime/safetensors.ts';
import { CheckpointFileError } from './checkpoint-file-error.ts';

export interface StridedView {
  readonly dtype: Dtype;
  /** Bytes of one value. */
  readonly width: number;
  /** The whole storage. */
  readonly data: Uint8Array;
  /** These three are counted in values. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Bytes that copies may still take: small files can describe huge views. */
export interface CopyBudget {
  left: number;
}

export function readStrided(view: StridedView, budget: CopyBudget): Tensor {
  const { dtype, width, data, offset, shape } = view;
  const count = countOf(shape);
  requireInside(view, count);
  if (count === 0) return { dtype, shape, data: data.subarray(0, 0) };
  if (isContiguous(view)) {
    return { dtype, shape, data: data.subarray(offset * width, (offset + count) * width) };
  }
  budget.left -= count * width;
  if (budget.left < 0)
    throw new CheckpointFileError('it and other views need more memory than the file has: save it after .contiguous()');
  return { dtype, shape, data: copyInOrder(view, count) };
}

function countOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1);
}

/** No stride is negative, so that the last value is the farthest. */
function requireInside({ width, data, offset, shape, strides }: StridedView, count: number): void {
  if (count === 0) return;
  const last = shape.reduce((sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 0), offset);
  // A comparison that holds is exact: what is within a file is a safe integer, and rounding keeps the order.
  if (!(last < data.length / width) || !Number.isSafeInteger(count)) {
    throw new CheckpointFileError(`it reaches beyond its storage of ${data.length / width} values`);
  }
}

function isContiguous({ shape, strides }: StridedView): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1;
    if (length !== 1 && strides[axis] !== expected) return false;
    expected *= length;
  }
  return true;
}

interface Axis {
  readonly length: number;
  readonly stride: number;
  position: number;
}

function copyInOrder({ width, data, offset, shape, strides }: StridedView, count: number): Uint8Array {
  const result = new Uint8Array(count * width);
  // Innermost first: a counter with a digit for each axis that has more than one place.
  const axes: readonly Axis[] = shape
    .map((length, axis) => ({ length, stride: strides[axis] ?? 0, position: 0 }))
    .filter(({ length }) => length > 1)
    .reverse();
  let source = offset;
  for (let target = 0; target < count; target++) {
    for (let byte = 0; byte < width; byte++) {
      result[target * width + byte] = data[source * width + byte] ?? 0;
    }
    for (const axis of axes) {
      source += axis.stride;
      axis.position++;
      if (axis.position < axis.length) break;
      source -= axis.stride * axis.length;
      axis.position = 0;
    }
  }
  return result;
}
