import type { IToken, TokenType } from 'chevrotain';
import type { Finding } from './diagnostic.ts';
import { type BlockKind, headerKind, startsDeclaration, startsModelStatement } from './statement-start.ts';
import { impliedToken, tokenSpan } from './token-span.ts';
import * as Token from './tokens.ts';

interface Block {
  readonly brace: IToken;
  readonly kind: BlockKind;
}

const continuesHeader: ReadonlySet<TokenType> = new Set([Token.LeftCurly, Token.Extends, Token.Dot]);
/** One more than the tokens of `model NAME extends NAME.NAME`, so that a longer statement is seen to be none. */
const longestHeader = 6;

interface Balance {
  readonly file: string;
  readonly tokens: IToken[];
  readonly findings: Finding[];
  readonly open: Block[];
}

/**
 * Completes braces where the statements around them leave no doubt, so that a forgotten one does not take the rest of
 * the file with it. The parser after it sees balanced braces only. Expects tokens as `layOut` leaves them.
 */
export function balanceBraces(laid: readonly IToken[], file: string): { tokens: IToken[]; findings: Finding[] } {
  const balance: Balance = { file, tokens: [], findings: [], open: [] };
  let statement: IToken[] = [];
  for (let index = 0; index < laid.length; index += 1) {
    const token = laid[index];
    if (token === undefined) break;
    const header = headerKind(statement);
    const type = token.tokenType;
    if (header !== undefined && type === Token.Newline && laid[index + 1]?.tokenType === Token.LeftCurly) continue;
    if (header !== undefined && !continuesHeader.has(type) && laid[index + 1]?.tokenType !== Token.LeftCurly) {
      openMissing(balance, statement.at(-1) ?? token, header);
      statement = [];
    }
    if (statement.length === 0) closeForgotten(balance, laid, index);
    if (type === Token.RightCurly && balance.open.pop() === undefined) {
      balance.findings.push(closesNothing(token));
      if (laid[index + 1]?.tokenType === Token.Newline) index += 1;
      continue;
    }
    if (type === Token.LeftCurly) balance.open.push({ brace: token, kind: header ?? kindOf(statement) });
    balance.tokens.push(token);
    statement = endsStatement(token) ? [] : [...statement.slice(0, longestHeader), token];
  }
  closeAll(balance, balance.open.length);
  return { tokens: balance.tokens, findings: balance.findings };
}

function endsStatement({ tokenType }: IToken): boolean {
  return tokenType === Token.Newline || tokenType === Token.LeftCurly || tokenType === Token.RightCurly;
}

/** A block without a proper header: after `=` a record, after a lone number a stage whose keyword is missing. */
function kindOf(statement: readonly IToken[]): BlockKind {
  if (statement.some((token) => token.tokenType === Token.Equal)) return 'record';
  return statement[0]?.tokenType === Token.NumberLiteral || statement[0]?.tokenType === Token.Stage
    ? 'stage'
    : 'declaration';
}

function closeForgotten(balance: Balance, laid: readonly IToken[], index: number): void {
  if (startsDeclaration(laid, index)) {
    closeAll(balance, balance.open.length);
  } else if (startsModelStatement(laid, index)) {
    const outer = balance.open.findLastIndex((block) => block.kind === 'declaration' || block.kind === 'case');
    closeAll(balance, balance.open.length - 1 - outer);
  }
}

function closeAll(balance: Balance, count: number): void {
  for (let closed = 0; closed < count; closed += 1) {
    const block = balance.open.pop();
    const last = balance.tokens.at(-1);
    if (block === undefined || last === undefined) return;
    const brace = impliedToken(Token.RightCurly, last, last.tokenType === Token.Newline ? 'before' : 'after');
    balance.tokens.push(brace, impliedToken(Token.Newline, brace, 'after'));
    balance.findings.push(neverClosed(balance.file, block.brace, brace));
  }
}

function openMissing(balance: Balance, last: IToken, kind: BlockKind): void {
  const brace = impliedToken(Token.LeftCurly, last, 'after');
  balance.tokens.push(brace);
  balance.open.push({ brace, kind });
  balance.findings.push({
    code: 'SW005',
    message: 'expected `{`',
    span: tokenSpan(brace),
    help: 'open the block with `{` on this line',
  });
}

function neverClosed(file: string, opening: IToken, expected: IToken): Finding {
  return {
    code: 'SW005',
    message: 'expected `}`',
    span: tokenSpan(expected),
    notes: [{ message: 'this block is not closed', file, span: tokenSpan(opening) }],
    help: 'close the block with `}`',
  };
}

function closesNothing(token: IToken): Finding {
  return { code: 'SW005', message: 'this `}` closes nothing', span: tokenSpan(token), help: 'delete it' };
}
