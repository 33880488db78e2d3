import type { IToken, TokenType } from 'chevrotain';
import type { Finding } from './diagnostic.ts';
import { startsStatement } from './statement-start.ts';
import { impliedToken, tokenSpan } from './token-span.ts';
import * as Token from './tokens.ts';

/**
 * Decides which line ends end a statement, so that the grammar may ask for exactly one after each statement.
 *
 * Line ends inside `()` and `[]` vanish, runs of them become one, and one is put before and after every `}` and at the
 * end of the file where it is missing. A bracket that is still open where the next line is clearly a statement was
 * forgotten: it ends with its line, and costs that statement alone.
 */
export function layOut(tokens: readonly IToken[], deepest: number): { tokens: IToken[]; findings: Finding[] } {
  const laid: IToken[] = [];
  const findings: Finding[] = [];
  const open: TokenType[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    if (isOpening(token) && open.length === deepest) {
      findings.push(tooDeep(token, deepest));
      index = endOfGroup(tokens, index);
    } else if (token.tokenType === Token.Newline) {
      if (isInBrackets(open) && !startsStatement(tokens, index + 1)) continue;
      dropBrackets(open);
      endStatement(laid, token);
    } else {
      place(token, laid, open);
    }
  }
  endStatement(laid, laid.at(-1));
  return { tokens: laid, findings };
}

function place(token: IToken, laid: IToken[], open: TokenType[]): void {
  const type = token.tokenType;
  if (type === Token.RightCurly) {
    dropBrackets(open);
    endStatement(laid, token);
    open.pop();
    laid.push(token);
    // A record in a list is a value among others.
    if (!isInBrackets(open)) endStatement(laid, token);
    return;
  }
  if (isClosing(token)) dropTrailingComma(laid);
  if (isClosing(token) && isInBrackets(open)) open.pop();
  if (isOpening(token)) open.push(type);
  laid.push(token);
}

/** A comma after the last item says nothing, and keeps the lines of a long list alike. */
function dropTrailingComma(laid: IToken[]): void {
  const before = laid.at(-2);
  if (laid.at(-1)?.tokenType !== Token.Comma || before === undefined) return;
  if (!isOpening(before) && before.tokenType !== Token.Comma) laid.pop();
}

/** Ends the statement before `near`, unless there is none or it has ended. */
function endStatement(laid: IToken[], near: IToken | undefined): void {
  const last = laid.at(-1);
  if (near === undefined || last === undefined) return;
  if (last.tokenType === Token.Newline || (last.tokenType === Token.LeftCurly && near !== last)) return;
  laid.push(
    near.tokenType === Token.Newline ? near : impliedToken(Token.Newline, near, near === last ? 'after' : 'before'),
  );
}

function isOpening({ tokenType }: IToken): boolean {
  return tokenType === Token.LeftParenthesis || tokenType === Token.LeftSquare || tokenType === Token.LeftCurly;
}

function isClosing({ tokenType }: IToken): boolean {
  return tokenType === Token.RightParenthesis || tokenType === Token.RightSquare;
}

function isInBrackets(open: readonly TokenType[]): boolean {
  const innermost = open.at(-1);
  return innermost !== undefined && innermost !== Token.LeftCurly;
}

function dropBrackets(open: TokenType[]): void {
  while (isInBrackets(open)) open.pop();
}

function endOfGroup(tokens: readonly IToken[], start: number): number {
  let depth = 0;
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    if (isOpening(token)) depth += 1;
    if (isClosing(token) || token.tokenType === Token.RightCurly) depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length;
}

function tooDeep(token: IToken, deepest: number): Finding {
  return {
    code: 'SW011',
    message: `brackets are nested more than ${deepest} deep`,
    span: tokenSpan(token),
    help: 'write the value with fewer brackets',
  };
}
