/** Which activations share memory: those whose lifetimes do not overlap. */

export interface Lifetime {
  readonly bytes: number;
  /** Index of the dispatch that writes it, and of the last that reads it. */
  readonly written: number;
  readonly lastRead: number;
}

interface Slot {
  bytes: number;
  /** The last dispatch that reads what the slot holds. */
  busyUntil: number;
}

/** Of the free slots the one whose size is nearest, so that large ones stay for large tensors. */
const bestFit = (slots: readonly Slot[], { bytes, written }: Lifetime): number => {
  let best = -1;
  slots.forEach((slot, index) => {
    const chosen = slots[best];
    if (slot.busyUntil >= written) return;
    if (!chosen || Math.abs(slot.bytes - bytes) < Math.abs(chosen.bytes - bytes)) best = index;
  });
  return best;
};

/** A slot for each lifetime, in the order of writing; a dispatch never writes what it reads. */
export const assignSlots = (lifetimes: readonly Lifetime[]): { slots: readonly number[]; bytes: readonly number[] } => {
  const slots: Slot[] = [];
  const assigned = lifetimes.map((lifetime) => {
    const index = bestFit(slots, lifetime);
    const slot = slots[index];
    if (!slot) return slots.push({ bytes: lifetime.bytes, busyUntil: lifetime.lastRead }) - 1;
    slot.bytes = Math.max(slot.bytes, lifetime.bytes);
    slot.busyUntil = lifetime.lastRead;
    return index;
  });
  return { slots: assigned, bytes: slots.map(({ bytes }) => bytes) };
};
