import { EOF, type IRecognitionException, type IToken } from 'chevrotain';
import type { Ast, Comment } from './ast.ts';
import { balanceBraces } from './braces.ts';
import type { Context } from './cst.ts';
import { type Diagnostic, diagnose, type Finding } from './diagnostic.ts';
import { layOut } from './layout.ts';
import { limits } from './limits.ts';
import { SwinParser } from './parser.ts';
import { type Source, type Span, splitLines, startOfFile } from './source.ts';
import { toStatements } from './to-ast.ts';
import { tokenSpan } from './token-span.ts';
import { commentGroup, documentationGroup, lexer, Newline } from './tokens.ts';

export interface Parsed {
  readonly value: Ast;
  readonly diagnostics: readonly Diagnostic[];
}

/** The grammar is analysed once; a parse sets the input anew and leaves nothing behind that the next one reads. */
const parser = new SwinParser();

/** Text to syntax tree. Never throws: what cannot be understood is left out of the tree and reported. */
export function parse(source: Source): Parsed {
  const { file, text } = source;
  if (text.length > limits.fileLength) {
    return { value: { file, statements: [], comments: [] }, diagnostics: [diagnose(file, tooLong(text.length))] };
  }
  const lexed = lexer.tokenize(text);
  const laid = layOut(lexed.tokens, limits.nestedBrackets);
  const balanced = balanceBraces(laid.tokens, file);
  const { tree, errors } = parser.parseFile(balanced.tokens, limits.mistakes);
  const end = endOf(text);
  const syntax = errors.map((error) => syntaxError(error, end));
  const lineStarts = firstColumns(lexed.tokens);
  const comments = toComments(lexed.groups, lineStarts);
  const treeFindings: Finding[] = [];
  const context: Context = {
    report: (finding) => treeFindings.push(finding),
    errors: syntax.map((finding) => finding.span),
    documentationOf: documentationAbove(comments, lineStarts),
  };
  const statements = tree === undefined ? [] : toStatements(tree, context);
  const characters = lexed.errors.map((error) => unexpectedCharacters(text, error));
  const findings = [characters, laid.findings, balanced.findings, syntax, treeFindings].flat();
  const diagnostics = firstPerLine(findings).map((finding) => diagnose(file, finding));
  return { value: { file, statements, comments }, diagnostics };
}

/** One mistake often makes the parser stumble twice: a line's first syntax error speaks for the line. */
function firstPerLine(findings: readonly Finding[]): readonly Finding[] {
  const sorted = [...findings].sort(
    (first, second) => first.span.line - second.span.line || first.span.column - second.span.column,
  );
  const kept = sorted.filter((finding, index) => sorted[index - 1]?.span.line !== finding.span.line);
  if (kept.length <= limits.syntaxErrors) return kept;
  const first = kept.slice(0, limits.syntaxErrors);
  return [...first, leftOut(kept.length - first.length, first.at(-1)?.span ?? startOfFile)];
}

/** Stands for findings that are too many to show. */
export function leftOut(count: number, span: Span): Finding {
  return {
    code: 'SW012',
    message: `${count} more findings about this file are left out`,
    span,
    help: 'mend the first ones',
  };
}

function tooLong(length: number): Finding {
  return {
    code: 'SW010',
    message: `the file has ${length} characters, more than the ${limits.fileLength} that a spec may have`,
    span: startOfFile,
    help: 'split it and import the parts',
  };
}

function unexpectedCharacters(
  text: string,
  error: { offset: number; length: number; line: number | undefined; column: number | undefined },
): Finding {
  const { line = 1, column = 1 } = error;
  const characters = text.slice(error.offset, error.offset + Math.min(error.length, 20));
  return {
    code: 'SW001',
    message: `unexpected ${error.length === 1 ? 'character' : 'characters'} ${JSON.stringify(characters)}`,
    span: { line, column, endLine: line, endColumn: column + error.length },
    help: 'delete this; outside of strings and comments a spec is plain ASCII',
  };
}

/** What was probably meant by the token that does not fit. */
function syntaxHelp(image: string): string {
  if (image === '=') return 'a setting is `NAME = VALUE` on a line of its own; `==` compares';
  if (image === '(') return 'lists stand in `[]`; a window of two sides is `size(HEIGHT, WIDTH)`';
  if (image.startsWith('/')) return 'a comment starts with `//` and ends with its line';
  return 'a setting is `NAME = VALUE`, one a line; LANGUAGE.md shows every statement';
}

function syntaxError(error: IRecognitionException, end: Span): Finding {
  const { token } = error;
  const span = token.tokenType === EOF || !Number.isFinite(token.startLine) ? end : tokenSpan(token);
  return { code: 'SW005', message: error.message, span, help: syntaxHelp(token.image) };
}

function endOf(text: string): Span {
  const lines = splitLines(text);
  const line = lines.length;
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return { line, column, endLine: line, endColumn: column };
}

/** Where the first token of each line stands. */
function firstColumns(tokens: readonly IToken[]): ReadonlyMap<number, number> {
  const columns = new Map<number, number>();
  for (const token of tokens) {
    const { line, column } = tokenSpan(token);
    if (token.tokenType !== Newline && !columns.has(line)) columns.set(line, column);
  }
  return columns;
}

function toComments(
  groups: Readonly<Record<string, IToken[]>>,
  lineStarts: ReadonlyMap<number, number>,
): readonly Comment[] {
  const make =
    (kind: Comment['kind']) =>
    (token: IToken): Comment => {
      const span = tokenSpan(token);
      return { kind, text: token.image, trails: lineStarts.has(span.line), span };
    };
  const documentation = (groups[documentationGroup] ?? []).map(make('documentation'));
  const plain = (groups[commentGroup] ?? []).map(make('comment'));
  return [...documentation, ...plain].sort((first, second) => first.span.line - second.span.line);
}

/** The text of the run of `///` lines that ends above, for what is the first on its line. */
function documentationAbove(
  comments: readonly Comment[],
  lineStarts: ReadonlyMap<number, number>,
): (span: Span) => string {
  const byLastLine = new Map<number, string>();
  for (const { kind, text, trails, span } of comments) {
    if (kind !== 'documentation' || trails) continue;
    const line = text.slice(3).trim();
    const before = byLastLine.get(span.line - 1);
    byLastLine.set(span.line, before === undefined ? line : `${before}\n${line}`);
  }
  return ({ line, column }) => (lineStarts.get(line) === column && byLastLine.get(line - 1)) || '';
}
