/** The memory of a plan, or of some of its dispatches. */
import type { Plan, PlanDispatch } from '../../runtime/plan.ts';
import { bytesOf } from '../plan/tables.ts';

export interface PlannedMemory {
  readonly weights: number;
  readonly activations: number;
}

/** The dispatch that reads each weight first. */
const firstReaders = ({ dispatches }: Plan): ReadonlyMap<number, PlanDispatch> => {
  const readers = new Map<number, PlanDispatch>();
  for (const dispatch of dispatches) {
    for (const buffer of dispatch.reads) if (!readers.has(buffer)) readers.set(buffer, dispatch);
  }
  return readers;
};

/**
 * Bytes for one image. Weights belong to the dispatch that reads them first. A slot counts with the largest buffer that
 * these dispatches keep in it.
 */
export const plannedMemory = (plan: Plan, dispatches: readonly PlanDispatch[]): PlannedMemory => {
  const readers = firstReaders(plan);
  const chosen = new Set(dispatches);
  const touched = new Set(dispatches.flatMap(({ reads, writes }) => [...reads, ...writes]));
  const slots = new Map<number, number>();
  let weights = 0;
  plan.buffers.forEach((buffer, index) => {
    const bytes = bytesOf(buffer);
    const reader = readers.get(index);
    if (buffer.role === 'weight') weights += reader && chosen.has(reader) ? bytes : 0;
    else if (touched.has(index) && buffer.slot !== null)
      slots.set(buffer.slot, Math.max(slots.get(buffer.slot) ?? 0, bytes));
  });
  return { weights, activations: [...slots.values()].reduce((total, bytes) => total + bytes, 0) };
};
