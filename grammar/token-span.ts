import { createTokenInstance, type IToken, type TokenType } from 'chevrotain';
import type { Span } from './source.ts';

/** Chevrotain's ends are inclusive; an implied token has no image and no width. */
export function tokenSpan(token: IToken): Span {
  const { startLine = 1, startColumn = 1, endLine = startLine, endColumn = startColumn } = token;
  const width = token.image === '' ? 0 : 1;
  return { line: startLine, column: startColumn, endLine, endColumn: endColumn + width };
}

/** A token that the text does not hold, of no width, beside one that it does. */
export function impliedToken(type: TokenType, near: IToken, side: 'before' | 'after'): IToken {
  const span = tokenSpan(near);
  const before = side === 'before';
  const offset = before ? near.startOffset : near.startOffset + near.image.length;
  const line = before ? span.line : span.endLine;
  const column = before ? span.column : span.endColumn;
  return createTokenInstance(type, '', offset, offset, line, line, column, column);
}
