/** Findings as workflow commands, which GitHub Actions shows beside the lines they are about. */
import type { Diagnostic, DiagnosticNote, Severity } from '../../grammar/diagnostic.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

export function toGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${toCommand(diagnostic)}\n`).join('');
}

function toCommand({ severity, code, message, file, span, notes, help }: Diagnostic): string {
  const { line, column, endLine, endColumn } = span;
  // Columns are refused where the lines differ. GitHub's end is the last column, ours the one after it.
  const columns = line === endLine ? { col: column, endLine, endColumn: Math.max(column, endColumn - 1) } : { endLine };
  const named = { file: file.replaceAll('\\', '/'), line, ...columns, title: code };
  const properties = Object.entries(named).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  const lines = [message, ...notes.map(noteLine), ...(help === undefined ? [] : [`help: ${help}`])];
  return `::${commands[severity]} ${properties.join(',')}::${escapeData(lines.join('\n'))}`;
}

function noteLine(note: DiagnosticNote): string {
  const place = 'span' in note ? ` (${note.file}:${note.span.line}:${note.span.column})` : '';
  return `note: ${note.message}${place}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
