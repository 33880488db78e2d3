/** Attributes of ops: what values they take, their defaults, and how they print. */

export type AttributeValue = number | string | readonly number[];

export interface Attribute<T extends AttributeValue> {
  /** The value, or undefined when it is of another kind. */
  read(value: AttributeValue): T | undefined;
  /** Left out of the text when it has this value. */
  readonly fallback?: T;
  readonly kind: string;
}

/** Attributes of many types; AttributesOf recovers each. */
export type AttributeSchema = Readonly<Record<string, Attribute<AttributeValue>>>;

export type AttributesOf<S extends AttributeSchema> = {
  readonly [K in keyof S]: S[K] extends Attribute<infer T> ? T : never;
};

type Optional<S extends AttributeSchema> = {
  [K in keyof S]: S[K] extends { readonly fallback: AttributeValue } ? K : never;
}[keyof S];

/** What a caller must say: the attributes without a default; the others as they like. */
export type AttributeInput<S extends AttributeSchema> = {
  readonly [K in Exclude<keyof S, Optional<S>>]: AttributesOf<S>[K];
} & { readonly [K in Optional<S>]?: AttributesOf<S>[K] };

/** [height, width]. */
export type Pair = readonly [number, number];

const isPair = (value: AttributeValue): value is Pair => Array.isArray(value) && value.length === 2;

export const number: Attribute<number> = {
  kind: 'a number',
  read: (value) => (typeof value === 'number' ? value : undefined),
};

export const integer: Attribute<number> = {
  kind: 'an integer',
  read: (value) => (typeof value === 'number' && Number.isInteger(value) ? value : undefined),
};

export const text: Attribute<string> = {
  kind: 'a string',
  read: (value) => (typeof value === 'string' ? value : undefined),
};

export const integers: Attribute<readonly number[]> = {
  kind: 'a list of integers',
  read: (value) => (Array.isArray(value) && value.every(Number.isInteger) ? value : undefined),
};

export const pair: Attribute<Pair> = {
  kind: 'a pair [height, width]',
  read: (value) => (isPair(value) && value.every(Number.isInteger) ? value : undefined),
};

export const oneOf = <const T extends string>(...values: readonly T[]): Attribute<T> => ({
  kind: `one of ${values.join(', ')}`,
  read: (value) => values.find((candidate) => candidate === value),
});

export const withDefault = <T extends AttributeValue>(
  attribute: Attribute<T>,
  fallback: NoInfer<T>,
): Attribute<T> & { readonly fallback: T } => ({ ...attribute, fallback });

export const sameValue = (a: AttributeValue, b: AttributeValue): boolean =>
  typeof a === 'object' && typeof b === 'object'
    ? a.length === b.length && a.every((item, index) => item === b[index])
    : a === b;
