/** Plain data as text, broken into lines only where it would not fit one: for JSON, and as a TypeScript literal. */

const declared = Symbol('declared');

/** What another statement of the file declares, in place of its value. */
export interface Declared {
  readonly [declared]: string;
}

export const declaredAs = (name: string): Declared => ({ [declared]: name });

export type Plain =
  | string
  | number
  | boolean
  | null
  | Declared
  | readonly Plain[]
  | { readonly [name: string]: Plain | undefined };

type Scalar = Extract<Plain, string | number | boolean | null | Declared>;

export interface Notation {
  readonly text: (value: string) => string;
  readonly key: (name: string) => string;
  /** Around the fields of an object on one line. */
  readonly pad: string;
  /** After the last entry of what is broken into lines. */
  readonly lastComma: string;
}

const singleQuoted = (value: string): string =>
  `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

export const typescript: Notation = {
  text: singleQuoted,
  key: (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : singleQuoted(name)),
  pad: ' ',
  lastComma: ',',
};

export const json: Notation = { text: JSON.stringify, key: JSON.stringify, pad: '', lastComma: '' };

const width = 120;

export function printValue(value: Plain, notation: Notation, indent = ''): string {
  if (isScalar(value)) return printScalar(value, notation);
  const flat = printFlat(value, notation, width - 1 - indent.length);
  if (flat !== undefined) return flat;
  const deeper = `${indent}  `;
  const [open, close] = isList(value) ? ['[', ']'] : ['{', '}'];
  const entries = isList(value)
    ? value.map((entry) => printValue(entry, notation, deeper))
    : fieldsOf(value).map(([name, field]) => `${notation.key(name)}: ${printValue(field, notation, deeper)}`);
  return `${open}\n${entries.map((entry) => `${deeper}${entry}`).join(',\n')}${notation.lastComma}\n${indent}${close}`;
}

function printScalar(value: Scalar, notation: Notation): string {
  if (typeof value === 'object' && value !== null) return value[declared];
  return typeof value === 'string' ? notation.text(value) : String(value);
}

function isScalar(value: Plain): value is Scalar {
  return typeof value !== 'object' || value === null || declared in value;
}

/** On one line, or undefined where that is longer than `room`: it gives up there, for every level of a plan asks. */
function printFlat(value: Plain, notation: Notation, room: number): string | undefined {
  if (isScalar(value)) return withinRoom(printScalar(value, notation), room);
  const [open, close] = isList(value) ? ['[', ']'] : [`{${notation.pad}`, `${notation.pad}}`];
  const entries = isList(value)
    ? value.map((entry) => ['', entry] as const)
    : fieldsOf(value).map(([name, field]) => [`${notation.key(name)}: `, field] as const);
  if (entries.length === 0) return isList(value) ? '[]' : '{}';
  let text = open;
  for (const [index, [key, entry]] of entries.entries()) {
    text += index === 0 ? key : `, ${key}`;
    const flat = printFlat(entry, notation, room - text.length - close.length);
    if (flat === undefined) return undefined;
    text += flat;
  }
  return withinRoom(text + close, room);
}

function withinRoom(text: string, room: number): string | undefined {
  return text.length <= room ? text : undefined;
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

function fieldsOf(value: Readonly<Record<string, Plain | undefined>>): readonly (readonly [string, Plain])[] {
  return Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [[name, field] as const]));
}
