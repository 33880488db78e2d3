/** Comparing what was computed with what should have been. */
import * as assert from 'uvu/assert';

/** The largest difference as a part of the largest expected magnitude; NaN and a wrong length count as infinite. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  let difference = 0;
  for (let index = 0; index < expected.length; index++) {
    const wanted = expected[index] ?? Number.NaN;
    const found = Math.abs((actual[index] ?? Number.NaN) - wanted);
    if (Number.isNaN(found)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(wanted));
    difference = Math.max(difference, found);
  }
  return difference / Math.max(largest, Number.MIN_VALUE);
}

export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  const error = relativeError(actual, expected);
  assert.ok(error <= tolerance, `${what} is off by ${error.toExponential(2)} of the largest magnitude`);
}
