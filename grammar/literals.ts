import type { IToken } from 'chevrotain';
import type { Finding } from './diagnostic.ts';
import { tokenSpan } from './token-span.ts';
import * as Token from './tokens.ts';

const multipliers: Readonly<Record<string, number>> = {
  k: 1e3,
  M: 1e6,
  G: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

const numberShape = /^(\d+(?:_\d+)*)(\.\d+(?:_\d+)*)?([eE][+-]?\d+)?(k|M|G|KiB|MiB|GiB)?$/;

/** Undefined after a report: not a number of the language, or beyond what a double holds. */
export function readNumber(token: IToken, report: (finding: Finding) => void): number | undefined {
  const match = numberShape.exec(token.image);
  const [, whole = '', fraction = '', exponent = '', suffix = ''] = match ?? [];
  const digits = `${whole}${fraction}${exponent}`.replaceAll('_', '');
  const value = match === null ? Number.NaN : Number(digits) * (multipliers[suffix] ?? 1);
  if (Number.isFinite(value)) return value;
  report({
    code: 'SW004',
    message: `\`${abbreviate(token.image)}\` is not a number`,
    span: tokenSpan(token),
    help: 'write digits, with `_` between them where it helps, and k, M, G, KiB, MiB or GiB after them',
  });
  return undefined;
}

function abbreviate(image: string): string {
  return image.length > 40 ? `${image.slice(0, 40)}…` : image;
}

const jsonString = /^"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"$/u;

/** Undefined after a report. */
export function readString(token: IToken, report: (finding: Finding) => void): string | undefined {
  const span = tokenSpan(token);
  if (token.tokenType === Token.UnterminatedString) {
    report({ code: 'SW002', message: 'this string is not closed', span, help: 'close it with `"` on the same line' });
    return undefined;
  }
  if (jsonString.test(token.image)) {
    const value: unknown = JSON.parse(token.image);
    if (typeof value === 'string') return value;
  }
  report({
    code: 'SW003',
    message: 'this string holds an escape or a control character that JSON does not allow',
    span,
    help: 'the escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hexadecimal digits',
  });
  return undefined;
}
