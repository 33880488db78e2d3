import { type IToken, type TokenType, tokenMatcher } from 'chevrotain';
import * as Token from './tokens.ts';

/**
 * Whether the line that begins at `start` can only be a new statement: no value or expression holds `name =`, or a
 * keyword followed by a name, number or string; a word that is an operator is no name there.
 */
export function startsStatement(tokens: readonly IToken[], start: number): boolean {
  let index = start;
  while (tokens[index]?.tokenType === Token.Newline) index += 1;
  const first = tokens[index];
  if (first === undefined || first.tokenType === Token.RightCurly) return true;
  if (!tokenMatcher(first, Token.Name)) return false;
  while (tokens[index + 1]?.tokenType === Token.Dot) index += 2;
  if (tokens[index + 1]?.tokenType === Token.Equal) return true;
  const operators = [Token.In, Token.And, Token.Or];
  if (!statementKeywords.has(first.tokenType) || operators.some((operator) => isAt(tokens, index + 1, operator)))
    return false;
  const operands = [Token.Name, Token.NumberLiteral, Token.StringLiteral];
  return operands.some((operand) => isAt(tokens, index + 1, operand));
}

const statementKeywords: ReadonlySet<TokenType> = new Set([
  Token.Import,
  Token.Model,
  Token.Stage,
  Token.Sweep,
  Token.Vary,
  Token.Case,
  Token.Assert,
]);

/** `model NAME {`, `sweep NAME extends …` or `import "…"`: never inside a block. */
export function startsDeclaration(tokens: readonly IToken[], start: number): boolean {
  if (isAt(tokens, start, Token.Import)) return isAt(tokens, start + 1, Token.StringLiteral);
  if (!isAt(tokens, start, Token.Model) && !isAt(tokens, start, Token.Sweep)) return false;
  if (!isAt(tokens, start + 1, Token.Name)) return false;
  return [Token.LeftCurly, Token.Extends, Token.Newline].some((follower) => isAt(tokens, start + 2, follower));
}

/** `stage 3` or `assert …`: never inside a stage's block. */
export function startsModelStatement(tokens: readonly IToken[], start: number): boolean {
  if (isAt(tokens, start, Token.Stage)) return isAt(tokens, start + 1, Token.NumberLiteral);
  if (!isAt(tokens, start, Token.Assert)) return false;
  return !isAt(tokens, start + 1, Token.Equal) && !isAt(tokens, start + 1, Token.Dot);
}

export type BlockKind = 'declaration' | 'stage' | 'case' | 'record';

/** The kind of block that must open after the tokens of a statement so far; undefined when none must. */
export function headerKind(statement: readonly IToken[]): BlockKind | undefined {
  const reads = (...types: TokenType[]): boolean =>
    statement.length === types.length && types.every((type, index) => isNamed(statement, index, type));
  const inherits = [Token.Name, Token.Extends, Token.Name];
  const qualified = [...inherits, Token.Dot, Token.Name];
  for (const keyword of [Token.Model, Token.Sweep]) {
    if (reads(keyword, ...inherits) || reads(keyword, ...qualified)) return 'declaration';
  }
  if (reads(Token.Model, Token.Name)) return 'declaration';
  if (reads(Token.Stage, Token.NumberLiteral)) return 'stage';
  if (reads(Token.Case, Token.StringLiteral)) return 'case';
  return undefined;
}

/** As `isAt`, but a name is not `extends`: of `model extends swin-b` the name is what is missing. */
function isNamed(tokens: readonly IToken[], index: number, type: TokenType): boolean {
  return isAt(tokens, index, type) && (type !== Token.Name || !isAt(tokens, index, Token.Extends));
}

function isAt(tokens: readonly IToken[], index: number, type: TokenType): boolean {
  const token = tokens[index];
  return token !== undefined && tokenMatcher(token, type);
}
