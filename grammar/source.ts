/** Places in a text. Lines and columns count from 1, in UTF-16 units as editors do; the end is exclusive. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Source {
  readonly file: string;
  readonly text: string;
}

/** The smallest span that holds both. */
export function cover(first: Span, last: Span): Span {
  return { line: first.line, column: first.column, endLine: last.endLine, endColumn: last.endColumn };
}

/** The empty span at the end of `span`, where something is missing. */
export function after(span: Span): Span {
  return { line: span.endLine, column: span.endColumn, endLine: span.endLine, endColumn: span.endColumn };
}

export const startOfFile: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Splits as the lexer counts lines, so that a span's line is an index here. */
export function splitLines(text: string): readonly string[] {
  return text.split(/\r\n?|\n/);
}

/** Without what would move a terminal's cursor or change its colours; tabs stay. */
export function printable(text: string): string {
  return text.replaceAll(/[^\t\P{Cc}]/gu, '\uFFFD');
}
