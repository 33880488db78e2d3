/** Findings as SARIF 2.1.0, which code scanning services read. */
import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Code, titles } from '../../grammar/codes.gen.ts';
import type { Diagnostic, DiagnosticNote } from '../../grammar/diagnostic.ts';
import { explanations } from '../../grammar/explanations.gen.ts';
import type { Span } from '../../grammar/source.ts';
import packageJson from '../../package.json' with { type: 'json' };

/** In the order of the catalogue, so that a result may name its rule by place. */
const codes = Object.keys(titles).filter((code): code is Code => code in titles);

export function toSarif(diagnostics: readonly Diagnostic[]): string {
  const driver = { name: packageJson.name, version: packageJson.version, rules: codes.map(toRule) };
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results: diagnostics.map(toResult) };
  const $schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
  return JSON.stringify({ $schema, version: '2.1.0', runs: [run] }, null, 2);
}

function toRule(code: Code): object {
  const [reason, remedy] = explanations[code];
  return {
    id: code,
    shortDescription: { text: titles[code] },
    fullDescription: { text: reason },
    help: { text: remedy },
  };
}

function toResult({ code, severity, message, file, span, notes, help }: Diagnostic): object {
  const remarks = notes.flatMap((note) => ('span' in note ? [] : [`note: ${note.message}`]));
  const lines = [message, ...remarks, ...(help === undefined ? [] : [`help: ${help}`])];
  const related = notes.filter((note): note is Extract<DiagnosticNote, { file: string }> => 'span' in note);
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: lines.join('\n') },
    locations: [{ physicalLocation: toLocation(file, span) }],
    ...(related.length > 0 && {
      relatedLocations: related.map((note, id) => ({
        id,
        physicalLocation: toLocation(note.file, note.span),
        message: { text: note.message },
      })),
    }),
  };
}

/** Both count from 1, and the end is exclusive in both. */
function toLocation(file: string, { line, column, endLine, endColumn }: Span): object {
  return {
    artifactLocation: { uri: toUri(file) },
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}

/** Relative where the path is: it starts from the working folder. */
function toUri(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : file.split(sep).map(encodeURIComponent).join('/');
}
