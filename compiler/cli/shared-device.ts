/** One device on which several models are measured. */
import { type OpenDevice, openDevice } from '../../runtime/device.ts';
import type { Plan } from '../../runtime/plan.ts';

/** With all that any of the plans could use, and with timestamps where the adapter has them. */
export function openSharedDevice(gpu: GPU, plans: readonly Plan[]): Promise<OpenDevice> {
  // Of a plan that is opened, dispatches and element type alone matter.
  const pickiest = plans.find(({ elementType }) => elementType === 'f16') ?? plans[0];
  if (pickiest === undefined) throw new TypeError('there is no plan to open a device for');
  const union = { ...pickiest, dispatches: plans.flatMap(({ dispatches }) => dispatches) };
  return openDevice(gpu, union, undefined, ['timestamp-query']);
}
