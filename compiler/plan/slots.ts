/** Which activations share memory: those whose lifetimes do not overlap. */

export interface Lifetime {
  readonly bytes: number;
  /** Index of the dispatch that writes it, and of the last that reads it. */
  readonly written: number;
  readonly lastRead: number;
}

interface Slot {
  readonly bytes: number;
  readonly tenants: Lifetime[];
}

/** A dispatch never writes what it reads. */
const overlap = (first: Lifetime, second: Lifetime): boolean =>
  first.written <= second.lastRead && second.written <= first.lastRead;

/**
 * A slot for each lifetime. The largest are placed first, each into the smallest slot that is free for as long as it
 * lives; so none has to grow, and the large ones are shared before the small ones can get in their way.
 */
export const assignSlots = (lifetimes: readonly Lifetime[]): { slots: readonly number[]; bytes: readonly number[] } => {
  const slots: Slot[] = [];
  const assigned = new Map<Lifetime, number>();
  for (const lifetime of lifetimes.toSorted((first, second) => second.bytes - first.bytes)) {
    const free = slots.findLastIndex(({ tenants }) => !tenants.some((tenant) => overlap(tenant, lifetime)));
    const slot = slots[free];
    slot?.tenants.push(lifetime);
    assigned.set(lifetime, slot ? free : slots.push({ bytes: lifetime.bytes, tenants: [lifetime] }) - 1);
  }
  return { slots: lifetimes.map((lifetime) => assigned.get(lifetime) ?? 0), bytes: slots.map(({ bytes }) => bytes) };
};
