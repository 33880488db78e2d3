/** A number, or numbers by stage. Operators work item by item; a lone number goes with every item. */
export type Quantity = number | readonly Quantity[];

/** Undefined when two lists differ in length. */
export function combine<Result>(
  left: Quantity,
  right: Quantity,
  operate: (left: number, right: number) => Result,
): readonly Result[] | undefined {
  if (typeof left === 'number' && typeof right === 'number') return [operate(left, right)];
  const [lefts, rights] = pair(left, right);
  if (lefts.length !== rights.length) return undefined;
  const combined: Result[] = [];
  for (const [index, item] of lefts.entries()) {
    const other = rights[index];
    const results = other === undefined ? undefined : combine(item, other, operate);
    if (results === undefined) return undefined;
    combined.push(...results);
  }
  return combined;
}

/** As `combine`, keeping the shape. */
export function calculate(
  left: Quantity,
  right: Quantity,
  operate: (left: number, right: number) => number,
): Quantity | undefined {
  if (typeof left === 'number' && typeof right === 'number') return operate(left, right);
  const [lefts, rights] = pair(left, right);
  if (lefts.length !== rights.length) return undefined;
  const items = lefts.map((item, index) => calculate(item, rights[index] ?? 0, operate));
  const sound = items.filter((item) => item !== undefined);
  return sound.length === items.length ? sound : undefined;
}

function pair(left: Quantity, right: Quantity): readonly [readonly Quantity[], readonly Quantity[]] {
  const lefts = typeof left === 'number' ? [] : left;
  const rights = typeof right === 'number' ? [] : right;
  if (typeof left === 'number') return [rights.map(() => left), rights];
  return typeof right === 'number' ? [lefts, lefts.map(() => right)] : [lefts, rights];
}

export function everyNumber(quantity: Quantity, holds: (value: number) => boolean): boolean {
  return typeof quantity === 'number' ? holds(quantity) : quantity.every((item) => everyNumber(item, holds));
}
