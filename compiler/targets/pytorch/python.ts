/** Values and names as Python writes them. */
import type { Size } from '../../model/model.ts';

export const pairText = ({ height, width }: Size): string => `(${height}, ${width})`;

/** Small numbers as 1e-5, which is how people write an epsilon. */
export const numberText = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);

/** A tuple also of one value. */
export const tupleText = (values: readonly number[]): string =>
  `(${values.map(numberText).join(', ')}${values.length === 1 ? ',' : ''})`;

/** `[(4, 4)] * 6` where a list repeats itself, else the list in full. */
export const listText = (items: readonly string[]): string => {
  const period = items.findIndex((_, by) => by > 0 && items.length % by === 0 && repeats(items, by));
  if (period < 1) return `[${items.join(', ')}]`;
  return `[${items.slice(0, period).join(', ')}] * ${items.length / period}`;
};

const repeats = (items: readonly string[], by: number): boolean =>
  items.every((item, index) => item === items[index % by]);

/** A string that spans lines: no text of a spec may end it. */
export const docstring = (lines: readonly string[]): string => {
  const text = lines.join('\n').replaceAll('\\', '\\\\').replaceAll('"""', "'''").trimEnd();
  return text.includes('\n') ? `"""${text}\n"""` : `"""${text}"""`;
};

const longestLine = 100;

/** The head of a method that makes an object. */
export const initialiser = (parameters: readonly string[]): string => {
  const line = `    def __init__(self, ${parameters.join(', ')}):`;
  if (line.length <= longestLine) return line;
  const lines = ['self', ...parameters].map((parameter) => `        ${parameter},\n`);
  return `    def __init__(\n${lines.join('')}    ):`;
};

/** Blocks of lines with an empty line between them. */
export const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n\n');

/** `swin-free-t` as a class of Python, none of whose names are `taken`. */
export const classNameOf = (model: string, taken: readonly string[]): string => {
  const words = model.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
  return taken.includes(name) || !/^[A-Z]/.test(name) ? `Model${name}` : name;
};
