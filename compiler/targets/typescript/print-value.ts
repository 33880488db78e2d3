/** Plain data as text, broken into lines only where it would not fit one: for JSON, and as a TypeScript literal. */

export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [name: string]: Plain | undefined };

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
  const flat = printFlat(value, notation);
  if (typeof value !== 'object' || value === null || indent.length + flat.length < width) return flat;
  const deeper = `${indent}  `;
  const [open, close] = isList(value) ? ['[', ']'] : ['{', '}'];
  const entries = isList(value)
    ? value.map((entry) => printValue(entry, notation, deeper))
    : fieldsOf(value).map(([name, field]) => `${notation.key(name)}: ${printValue(field, notation, deeper)}`);
  return `${open}\n${entries.map((entry) => `${deeper}${entry}`).join(',\n')}${notation.lastComma}\n${indent}${close}`;
}

function printFlat(value: Plain, notation: Notation): string {
  if (typeof value === 'string') return notation.text(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isList(value)) return `[${value.map((entry) => printFlat(entry, notation)).join(', ')}]`;
  const fields = fieldsOf(value).map(([name, field]) => `${notation.key(name)}: ${printFlat(field, notation)}`);
  return fields.length === 0 ? '{}' : `{${notation.pad}${fields.join(', ')}${notation.pad}}`;
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

function fieldsOf(value: Readonly<Record<string, Plain | undefined>>): readonly (readonly [string, Plain])[] {
  return Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [[name, field] as const]));
}
