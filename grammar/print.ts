import type { Assignment, Ast, BlockStatement, Comment, Statement } from './ast.ts';
import { commentBehind, commentsBetween, commentText, endOf, type Place, startOf } from './print-comments.ts';
import { expressionPiece } from './print-expression.ts';
import { blankLine, codeWidth, indentation, joinLines, type Line, widest } from './print-lines.ts';
import { flatten, layOutPiece, row } from './print-piece.ts';
import { valuePiece } from './print-value.ts';
import type { Span } from './source.ts';

/**
 * The text of a tree in the one style there is. Comments stay where they are, and so do single blank lines; nothing
 * else depends on how the text was laid out. `parse(print(tree))` is `tree` but for the spans. For trees without
 * findings: what is missing in a tree is missing in its text.
 */
export function print(ast: Ast): string {
  const everything = [
    { line: 0, column: 0 },
    { line: Number.POSITIVE_INFINITY, column: 0 },
  ] as const;
  return joinLines(printStatements(ast.statements, everything, 0, ast.comments));
}

type AnyStatement = Statement | BlockStatement;

/** A statement with the comments that go with it. */
interface Entry {
  readonly statement: AnyStatement;
  readonly above: readonly Comment[];
  readonly behind: Comment | undefined;
  /** Where what follows begins to be looked for. */
  readonly end: Place;
}

function printStatements(
  statements: readonly AnyStatement[],
  [from, to]: readonly [from: Place, to: Place],
  depth: number,
  comments: readonly Comment[],
): readonly Line[] {
  const entries = toEntries(statements, from, to, comments);
  const widths = fieldWidths(entries);
  const lines: Line[] = [];
  let last: number | undefined;
  const separate = (line: number): void => {
    if (last !== undefined && line - last > 1) lines.push(blankLine);
  };
  const stand = (comment: Comment): void => {
    separate(comment.span.line);
    lines.push({ depth, code: '', comment: commentText(comment) });
    last = lastLineOf(comment);
  };
  for (const [index, { statement, above, behind }] of entries.entries()) {
    for (const comment of above) stand(comment);
    separate(statement.span.line);
    const printed = printStatement(statement, widths[index] ?? 0, depth, comments);
    for (const [place, line] of printed.entries()) {
      lines.push(place === printed.length - 1 ? withComment(line, behind) : line);
    }
    last = statement.span.endLine;
  }
  for (const comment of commentsBetween(comments, entries.at(-1)?.end ?? from, to)) stand(comment);
  return lines;
}

function toEntries(
  statements: readonly AnyStatement[],
  from: Place,
  to: Place,
  comments: readonly Comment[],
): readonly Entry[] {
  let start = from;
  return statements.map((statement, index) => {
    const above = commentsBetween(comments, start, startOf(statement.span));
    const next = statements[index + 1];
    const end = endOf(statement.span);
    const behind = commentBehind(comments, end, next === undefined ? to : startOf(next.span));
    start = behind === undefined ? end : endOf(behind.span);
    return { statement, above, behind, end: start };
  });
}

function withComment(line: Line, comment: Comment | undefined): Line {
  return comment === undefined ? line : { ...line, comment: commentText(comment) };
}

/** A comment that had no line of its own and gets one must not become the documentation of what follows. */
function lastLineOf({ trails, span }: Comment): number {
  return trails ? span.line - 1 : span.line;
}

/** The column of `=` for each statement: one for assignments that follow each other without a blank line. */
function fieldWidths(entries: readonly Entry[]): readonly number[] {
  const widths = entries.map(({ statement }) => (statement.kind === 'assignment' ? statement.field.text.length : 0));
  for (let start = 0; start < entries.length; ) {
    let end = start + 1;
    while (end < entries.length && follows(entries[end - 1], entries[end])) end += 1;
    widths.fill(widest(widths.slice(start, end)), start, end);
    start = end;
  }
  return widths;
}

function follows(before: Entry | undefined, after: Entry | undefined): boolean {
  if (before?.statement.kind !== 'assignment' || after?.statement.kind !== 'assignment') return false;
  const { statement, above } = after;
  const ends = [before.statement.span.endLine, ...above.map(lastLineOf)];
  const starts = [...above.map(({ span }) => span.line), statement.span.line];
  return starts.every((line, index) => line - (ends[index] ?? line) <= 1);
}

function printStatement(
  statement: AnyStatement,
  fieldWidth: number,
  depth: number,
  comments: readonly Comment[],
): readonly Line[] {
  const text = (code: string): readonly Line[] => [{ depth, code, comment: '' }];
  switch (statement.kind) {
    case 'version':
      return text(`swin ${statement.written ?? statement.number}`);
    case 'import': {
      const { specifier, alias } = statement;
      const suffix = alias === undefined ? '' : ` as ${alias.text}`;
      return text(`import ${specifier.written ?? JSON.stringify(specifier.text)}${suffix}`);
    }
    case 'assignment':
      return printAssignment(statement, fieldWidth, depth, comments);
    case 'vary':
      return layOutPiece(valuePiece(statement.values, comments), `vary ${statement.field.text} in `, depth);
    case 'assert': {
      const {
        expression,
        message,
        writtenMessage = message === undefined ? undefined : JSON.stringify(message),
      } = statement;
      const reason = writtenMessage === undefined ? '' : ` : ${writtenMessage}`;
      return layOutPiece(row(expressionPiece(expression, comments), reason), 'assert ', depth);
    }
    default:
      return printBlock({ header: headerOf(statement), most: 1, ...statement }, depth, comments);
  }
}

type Block = Extract<AnyStatement, { readonly statements: unknown }>;

function headerOf(block: Block): string {
  switch (block.kind) {
    case 'stage':
      return `stage ${block.number?.written ?? block.number?.value} `;
    case 'case':
      return `case ${block.written ?? JSON.stringify(block.name.text)} `;
    default:
      return `${block.kind} ${block.name.text} ${block.parent === undefined ? '' : `extends ${block.parent.text} `}`;
  }
}

function printAssignment(
  { field, value }: Assignment,
  fieldWidth: number,
  depth: number,
  comments: readonly Comment[],
): readonly Line[] {
  const header = `${field.text.padEnd(fieldWidth)} = `;
  if (value.kind !== 'record') return layOutPiece(valuePiece(value, comments), header, depth);
  const statements = value.assignments;
  // A record that ends within its line can have no comma after it.
  const most = statements.some((each) => each.value.kind === 'record') ? 0 : statements.length;
  return printBlock({ header, most, statements, span: value.span }, depth, comments);
}

interface Braced {
  readonly header: string;
  /** How many assignments may share a line with the braces. */
  readonly most: number;
  readonly statements: readonly BlockStatement[];
  readonly span: Span;
}

function printBlock(block: Braced, depth: number, comments: readonly Comment[]): readonly Line[] {
  const { header, statements, span } = block;
  const line = oneLine(block, comments);
  if (line !== undefined && indentation(depth).length + line.length <= codeWidth) {
    return [{ depth, code: line, comment: '' }];
  }
  const first = statements[0];
  const end = endOf(span);
  const [opening] = commentsBetween(comments, startOf(span), first === undefined ? end : startOf(first.span));
  const behind = opening?.trails === true ? opening : undefined;
  const from = behind === undefined ? startOf(span) : endOf(behind.span);
  return [
    withComment({ depth, code: `${header}{`, comment: '' }, behind),
    ...printStatements(statements, [from, end], depth + 1, comments),
    { depth, code: '}', comment: '' },
  ];
}

/** Undefined where the block holds a comment, or more than belongs on one line. */
function oneLine({ header, most, statements, span }: Braced, comments: readonly Comment[]): string | undefined {
  if (commentsBetween(comments, startOf(span), endOf(span)).length > 0) return undefined;
  if (statements.length === 0) return `${header}{ }`;
  if (statements.length > most) return undefined;
  const texts = statements.map((each) =>
    each.kind === 'assignment' ? flatten(row(`${each.field.text} = `, valuePiece(each.value, comments))) : undefined,
  );
  return texts.includes(undefined) ? undefined : `${header}{ ${texts.join(', ')} }`;
}
