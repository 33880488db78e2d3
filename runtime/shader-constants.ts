/** Values of the whole-number constants that a kernel computes from those that specialise it, as WGSL would compute them. */
import type { Kernel } from './kernels/manifest.ts';

export class ShaderConstantError extends Error {
  override readonly name = 'ShaderConstantError';
}

const functions: Readonly<Record<string, (...values: readonly number[]) => number>> = {
  min: (...values) => Math.min(...values),
  max: (...values) => Math.max(...values),
  clamp: (value = 0, low = 0, high = 0) => Math.min(Math.max(value, low), high),
};

type Operator = (left: number, right: number) => number;

/** By how tightly they bind, loosest first. */
const operators: readonly Readonly<Record<string, Operator>>[] = [
  { '==': (left, right) => Number(left === right) },
  { '+': (left, right) => left + right, '-': (left, right) => left - right },
  {
    '*': (left, right) => left * right,
    '/': (left, right) => Math.trunc(left / right),
    '%': (left, right) => left % right,
  },
];

interface Cursor {
  readonly tokens: readonly string[];
  readonly next: number;
}

interface Parsed {
  readonly value: number;
  readonly rest: Cursor;
}

type Lookup = (name: string) => number;

const peek = ({ tokens, next }: Cursor): string => tokens[next] ?? '';
const after = ({ tokens, next }: Cursor): Cursor => ({ tokens, next: next + 1 });

const expect = (cursor: Cursor, token: string): Cursor => {
  if (peek(cursor) !== token) throw new ShaderConstantError(`cannot compute ${cursor.tokens.join(' ')}`);
  return after(cursor);
};

/** Operands joined by the operators of a level, from left to right. */
const parseLevel = (cursor: Cursor, level: number, lookup: Lookup): Parsed => {
  const known = operators[level];
  if (!known) return parsePrimary(cursor, lookup);
  let { value, rest } = parseLevel(cursor, level + 1, lookup);
  for (let operator = known[peek(rest)]; operator; operator = known[peek(rest)]) {
    const right = parseLevel(after(rest), level + 1, lookup);
    value = operator(value, right.value);
    rest = right.rest;
  }
  return { value, rest };
};

const parsePrimary = (cursor: Cursor, lookup: Lookup): Parsed => {
  const token = peek(cursor);
  if (/^\d/.test(token)) return { value: Number.parseInt(token, 10), rest: after(cursor) };
  if (token === '(') {
    const { value, rest } = parseLevel(after(cursor), 0, lookup);
    return { value, rest: expect(rest, ')') };
  }
  const call = functions[token];
  if (call) return parseCall(after(cursor), call, lookup);
  return { value: lookup(token), rest: after(cursor) };
};

const parseCall = (cursor: Cursor, call: (...values: readonly number[]) => number, lookup: Lookup): Parsed => {
  const values: number[] = [];
  let rest = expect(cursor, '(');
  for (let done = false; !done; ) {
    const parsed = parseLevel(rest, 0, lookup);
    values.push(parsed.value);
    done = peek(parsed.rest) !== ',';
    rest = done ? expect(parsed.rest, ')') : after(parsed.rest);
  }
  return { value: call(...values), rest };
};

const evaluate = (text: string, lookup: Lookup): number => {
  const tokens = text.match(/\w+|==|[^\s\w]/g) ?? [];
  const { value, rest } = parseLevel({ tokens, next: 0 }, 0, lookup);
  if (rest.next !== tokens.length) throw new ShaderConstantError(`cannot compute ${text}`);
  return value;
};

/** The value of an expression over a kernel's constants, of which `given` replaces some. */
export const constantValue = (
  { name: kernel, source }: Pick<Kernel, 'name' | 'source'>,
  given: Readonly<Record<string, number>>,
  expression: string,
): number => {
  const lookup: Lookup = (name) => {
    const value = given[name];
    if (value !== undefined) return value;
    const [, text] = new RegExp(`^const ${name}(?:: \\w+)? = ([^;]*);`, 'm').exec(source) ?? [];
    if (text === undefined) throw new ShaderConstantError(`kernel ${kernel} has no constant ${name}`);
    return evaluate(text, lookup);
  };
  return evaluate(expression, lookup);
};
