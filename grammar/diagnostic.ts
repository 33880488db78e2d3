import type { Code } from './codes.gen.ts';
import type { Span } from './source.ts';

export type Severity = 'error' | 'warning' | 'note';

/** A second place that has part in the matter, or a remark with no place. */
export type DiagnosticNote =
  | { readonly message: string; readonly file: string; readonly span: Span }
  | { readonly message: string };

/** A finding about a text. Its JSON is the public form of `swinc check --format json`: the fields stay as they are. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  /** One lower-case sentence without a full stop. */
  readonly message: string;
  readonly file: string;
  readonly span: Span;
  readonly notes: readonly DiagnosticNote[];
  /** What to write instead. */
  readonly help?: string;
}

/** A diagnostic before it is known which file it is about. */
export interface Finding {
  readonly code: Code;
  readonly severity?: Severity;
  readonly message: string;
  readonly span: Span;
  readonly notes?: readonly DiagnosticNote[];
  readonly help?: string;
}

export function diagnose(file: string, finding: Finding): Diagnostic {
  return {
    code: finding.code,
    severity: finding.severity ?? 'error',
    message: finding.message,
    file,
    span: finding.span,
    notes: finding.notes ?? [],
    ...(finding.help === undefined ? {} : { help: finding.help }),
  };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
