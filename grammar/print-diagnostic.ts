import { createColors } from 'picocolors';
import type { Diagnostic, DiagnosticNote, Severity } from './diagnostic.ts';
import { printable, type Span, splitLines } from './source.ts';

export interface PrintOptions {
  /** The text of a file that a diagnostic names; without it there is no code frame. */
  readonly read: (file: string) => string | undefined;
  readonly color: boolean;
}

type Colors = ReturnType<typeof createColors>;

interface Printer {
  readonly colors: Colors;
  readonly linesOf: (file: string) => readonly string[];
}

/** For people: a sentence, the lines it is about with carets below, the second places, and what to write. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], options: PrintOptions): string {
  const texts = new Map<string, readonly string[]>();
  const printer: Printer = {
    colors: createColors(options.color),
    linesOf(file) {
      const lines = texts.get(file) ?? splitLines(options.read(file) ?? '');
      texts.set(file, lines);
      return lines;
    },
  };
  return diagnostics.map((diagnostic) => printDiagnostic(diagnostic, printer)).join('\n');
}

function printDiagnostic(diagnostic: Diagnostic, printer: Printer): string {
  const { colors } = printer;
  const paint = painter(diagnostic.severity, colors);
  const { code, severity, message, file, span, notes, help } = diagnostic;
  const parts = [
    `${paint(`${severity}[${code}]`)}${colors.bold(`: ${message}`)}`,
    ...frame(file, span, paint, printer),
  ];
  for (const note of notes) parts.push(...printNote(note, printer));
  if (help !== undefined) parts.push(`  ${colors.cyan('help')}: ${help}`);
  return `${parts.join('\n')}\n`;
}

function printNote(note: DiagnosticNote, printer: Printer): readonly string[] {
  const { colors } = printer;
  const sentence = `  ${colors.bold('note')}: ${note.message}`;
  return 'span' in note ? [sentence, ...frame(note.file, note.span, colors.blue, printer)] : [sentence];
}

function painter(severity: Severity, colors: Colors): (text: string) => string {
  switch (severity) {
    case 'error':
      return colors.red;
    case 'warning':
      return colors.yellow;
    case 'note':
      return colors.blue;
  }
}

/** The line that a span begins on, with carets below what the span covers of it. */
function frame(file: string, span: Span, paint: (text: string) => string, printer: Printer): readonly string[] {
  const { colors, linesOf } = printer;
  const place = `${file}:${span.line}:${span.column}`;
  const line = linesOf(file)[span.line - 1];
  const number = String(span.line);
  const gutter = ' '.repeat(number.length);
  if (line === undefined) return [`${gutter} ${colors.blue('-->')} ${place}`];
  const window = excerpt(line, span);
  return [
    `${gutter} ${colors.blue('-->')} ${place}`,
    `${gutter} ${colors.blue('|')}`,
    `${colors.blue(number)} ${colors.blue('|')} ${window.text}`,
    `${gutter} ${colors.blue('|')} ${window.margin}${paint('^'.repeat(window.width))}`,
  ];
}

const widest = 160;

/** A piece of a line that a terminal can show; tabs stay in the margin, so that the carets stand right. */
function excerpt(line: string, span: Span): { text: string; margin: string; width: number } {
  const end = span.endLine === span.line ? span.endColumn : line.length + 1;
  const start = span.column > widest - 40 ? span.column - 40 : 1;
  const text = printable(line.slice(start - 1, start - 1 + widest));
  const margin = line.slice(start - 1, span.column - 1).replaceAll(/[^\t]/g, ' ');
  const width = Math.max(1, Math.min(end, start + widest) - span.column);
  return { text, margin, width };
}
