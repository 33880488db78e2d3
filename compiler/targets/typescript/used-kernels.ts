/** The kernels that a plan's candidates name: a package brings these and no others. */
import { kernels } from '../../../runtime/kernels/manifest.gen.ts';
import type { Kernel } from '../../../runtime/kernels/manifest.ts';
import type { Plan } from '../../../runtime/plan.ts';

/** In the order of their names. */
export function usedKernels(plan: Plan): readonly Kernel[] {
  const names = new Set(plan.dispatches.flatMap(({ candidates }) => candidates.map(({ kernel }) => kernel)));
  return [...names].sort().map((name) => {
    const kernel = kernels[name];
    if (kernel === undefined) throw new RangeError(`the plan names a kernel ${name}, which is not known`);
    return kernel;
  });
}
