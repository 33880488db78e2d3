import { EOF, type IParserErrorMessageProvider, type IToken, type TokenType, tokenLabel } from 'chevrotain';
import * as Token from './tokens.ts';

/** What a rule that offers a choice wants, in the language's own words. */
const wanted: Readonly<Record<string, string>> = {
  value: 'a value',
  operand: 'a number, a field or a figure',
  operator: 'an operator',
  record: '`,` or a new line',
};

/** Chevrotain's sentences name rules and token types; these name what the author would write. */
const syntaxMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) =>
    `expected ${expected === EOF ? 'a statement' : tokenLabel(expected)}, found ${found(actual)}`,
  buildNotAllInputParsedMessage: ({ firstRedundant }) => `expected a statement, found ${found(firstRedundant)}`,
  buildNoViableAltMessage: ({ actual, ruleName, expectedPathsPerAlt }) =>
    `expected ${wanted[ruleName] ?? labels(expectedPathsPerAlt)}, found ${found(actual[0])}`,
  buildEarlyExitMessage: ({ actual }) => `unexpected ${found(actual[0])}`,
};

/** Leaves the parser when it has stumbled too often: what it reads is no spec, and each recovery costs time. */
export class TooManyErrors extends Error {}

export interface ErrorBudget {
  left: number;
}

/** The same sentences, each taken from a budget. */
export function budgeted(budget: ErrorBudget): IParserErrorMessageProvider {
  const spend = (message: string): string => {
    budget.left -= 1;
    if (budget.left < 0) throw new TooManyErrors();
    return message;
  };
  return {
    buildMismatchTokenMessage: (options) => spend(syntaxMessages.buildMismatchTokenMessage(options)),
    buildNotAllInputParsedMessage: (options) => spend(syntaxMessages.buildNotAllInputParsedMessage(options)),
    buildNoViableAltMessage: (options) => spend(syntaxMessages.buildNoViableAltMessage(options)),
    buildEarlyExitMessage: (options) => spend(syntaxMessages.buildEarlyExitMessage(options)),
  };
}

const longestImage = 40;

function found(token: IToken | undefined): string {
  if (token === undefined || token.tokenType === EOF) return 'the end of the file';
  if (token.tokenType === Token.Newline) return 'the end of the line';
  const image = token.image.length > longestImage ? `${token.image.slice(0, longestImage)}…` : token.image;
  return `\`${image}\``;
}

function labels(paths: TokenType[][][]): string {
  const first = new Set(paths.flat().flatMap((path) => (path[0] === undefined ? [] : [tokenLabel(path[0])])));
  return [...first].join(' or ');
}
