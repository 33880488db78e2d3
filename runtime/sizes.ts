/** What kernels read from the uniform `sizes`: values of a candidate that are not compiled into its text. */

import { PlanError } from './errors.ts';
import type { Kernel } from './kernels/manifest.ts';
import type { Candidate } from './plan.ts';

/** The uniform's values, in its order. */
export function sizesOf(
  { name, sizes }: Kernel,
  { constants }: Pick<Candidate, 'constants'>,
): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(sizes, (size) => {
    const value = constants[size];
    if (value === undefined || value !== value >>> 0) {
      throw new PlanError(`kernel ${name} needs ${size}, a whole number, which the plan gives as ${value}`);
    }
    return value;
  });
}
