import { printable, splitLines } from '../../grammar/source.ts';
import type { SourceHost } from '../model/host.ts';
import type { Setting } from '../model/settings.ts';

/** The line that a setting begins on, as its file has it. */
export type LineOf = (setting: Setting) => string;

const widest = 120;

/** Reads each file once. A stage's line says which stage it is about, also where its block begins on another. */
export function lineReader(host: SourceHost): LineOf {
  const texts = new Map<string, readonly string[]>();
  return ({ file, value, stage }) => {
    const lines = texts.get(file) ?? splitLines(host.read(file) ?? '');
    texts.set(file, lines);
    // The spaces that align a file's own columns would only unsettle those of the answer.
    const line = printable(lines[value.span.line - 1] ?? '')
      .replaceAll(/[ \t]+/g, ' ')
      .trim();
    const isAnnounced = stage === undefined || new RegExp(`\\bstage\\s+${stage}\\b`).test(line);
    const text = isAnnounced ? line : `stage ${stage}: ${line}`;
    return text.length > widest ? `${text.slice(0, widest - 1)}…` : text;
  };
}
