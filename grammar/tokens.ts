import { createToken, Lexer, type TokenType } from 'chevrotain';

/** Names may hold hyphens, so a minus sign stands between spaces. */
export const Name = createToken({ name: 'Name', label: 'a name', pattern: /[A-Za-z_]\w*(?:-\w+)*/ });

/** A soft keyword: still a name wherever the grammar asks for a name. */
function keyword(text: string): TokenType {
  const name = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return createToken({ name, label: `\`${text}\``, pattern: text, longer_alt: Name, categories: Name });
}

export const Swin = keyword('swin');
export const Import = keyword('import');
export const As = keyword('as');
export const Model = keyword('model');
export const Extends = keyword('extends');
export const Stage = keyword('stage');
export const Sweep = keyword('sweep');
export const Vary = keyword('vary');
export const Case = keyword('case');
export const Assert = keyword('assert');
export const In = keyword('in');
export const And = keyword('and');
export const Or = keyword('or');

function punctuation(name: string, text: string): TokenType {
  return createToken({ name, label: `\`${text}\``, pattern: text });
}

export const LeftCurly = punctuation('LeftCurly', '{');
export const RightCurly = punctuation('RightCurly', '}');
export const LeftSquare = punctuation('LeftSquare', '[');
export const RightSquare = punctuation('RightSquare', ']');
export const LeftParenthesis = punctuation('LeftParenthesis', '(');
export const RightParenthesis = punctuation('RightParenthesis', ')');
export const Comma = punctuation('Comma', ',');
export const Colon = punctuation('Colon', ':');
export const DotDot = punctuation('DotDot', '..');
export const Dot = punctuation('Dot', '.');
export const EqualEqual = punctuation('EqualEqual', '==');
export const NotEqual = punctuation('NotEqual', '!=');
export const LessEqual = punctuation('LessEqual', '<=');
export const GreaterEqual = punctuation('GreaterEqual', '>=');
export const Less = punctuation('Less', '<');
export const Greater = punctuation('Greater', '>');
export const Equal = punctuation('Equal', '=');
export const Plus = punctuation('Plus', '+');
export const Minus = punctuation('Minus', '-');
export const Star = punctuation('Star', '*');
export const Slash = punctuation('Slash', '/');

/** Takes in any suffix, so that `7x` is one wrong number and not a number and a name. */
export const NumberLiteral = createToken({
  name: 'NumberLiteral',
  label: 'a number',
  pattern: /\d(?:[eE][+-](?=\d)|\w)*(?:\.\d(?:[eE][+-](?=\d)|\w)*)?/,
});
export const StringLiteral = createToken({
  name: 'StringLiteral',
  label: 'a string',
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/,
});
/** Ends with its line: a forgotten quote costs one statement. */
export const UnterminatedString = createToken({
  name: 'UnterminatedString',
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*\\?/,
  categories: StringLiteral,
});

export const Newline = createToken({
  name: 'Newline',
  label: 'a new line',
  pattern: /\r\n?|\n/,
  line_breaks: true,
});
const Whitespace = createToken({ name: 'Whitespace', pattern: /[ \t\uFEFF]+/, group: Lexer.SKIPPED });
export const documentationGroup = 'documentation';
export const commentGroup = 'comments';
const Documentation = createToken({ name: 'Documentation', pattern: /\/\/\/[^\r\n]*/, group: documentationGroup });
const Comment = createToken({ name: 'Comment', pattern: /\/\/[^\r\n]*/, group: commentGroup });

/** In order of trial: longer spellings before their prefixes (`assert` before `as`), keywords before names. */
export const allTokens: readonly TokenType[] = [
  Whitespace,
  Newline,
  Documentation,
  Comment,
  ...[Swin, Import, Model, Extends, Stage, Sweep, Vary, Case, Assert, As, In, And, Or],
  Name,
  NumberLiteral,
  StringLiteral,
  UnterminatedString,
  ...[LeftCurly, RightCurly, LeftSquare, RightSquare, LeftParenthesis, RightParenthesis, Comma, Colon, DotDot, Dot],
  ...[EqualEqual, NotEqual, LessEqual, GreaterEqual, Less, Greater, Equal, Plus, Minus, Star, Slash],
];

/** A test validates the tokens, which takes as long as many texts. */
export const lexer = new Lexer([...allTokens], { positionTracking: 'full', skipValidations: true });
