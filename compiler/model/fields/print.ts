import type { PerStage } from './reader.ts';

/** From a field's value to its one spelling, which the field's reader takes back. */
export type Print<Read> = (value: Read) => string;

/** What `choice` reads is its own text. */
export function printWord(value: string): string {
  return value;
}

export function printList<Item>(print: Print<Item>): Print<readonly Item[]> {
  return (items) => `[${items.map(print).join(', ')}]`;
}

/** Once where every stage has the same. */
export function printPerStage<Item>(print: Print<Item>): Print<PerStage<Item>> {
  return (value) => {
    if (value.kind === 'every') return print(value.value);
    const [first, ...others] = new Set(value.values.map(print));
    return first !== undefined && others.length === 0 ? first : printList(print)(value.values);
  };
}
