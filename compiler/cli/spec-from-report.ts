/** Which facts came from where, and which flags are missing. */
import type { Aspect, Facts } from '../spec-from/fact.ts';
import type { Question } from '../spec-from/questions.ts';

/** As a spec calls it. */
const titles: Readonly<Partial<Record<Aspect, string>>> = { size: 'input', pretrained: 'pretrained_window' };

const titleOf = (aspect: Aspect): string => titles[aspect] ?? aspect;

/** A line a fact, in columns. */
export function describeFacts(facts: Facts): readonly string[] {
  const rows = [...facts].map(([aspect, { text, from }]) => ({ title: titleOf(aspect), text, from }));
  const width = (column: 'title' | 'text'): number => Math.max(...rows.map((row) => row[column].length));
  return rows.map(({ title, text, from }) => `${title.padEnd(width('title'))}  ${text.padEnd(width('text'))}  ${from}`);
}

/** What to say, and how. */
export function describeQuestions(
  paths: readonly string[],
  questions: readonly Question[],
  given: readonly string[],
): string {
  const flags = questions.map(({ flag, example }) => `${flag} ${quote(example)}`);
  const width = Math.max(...flags.map((flag) => flag.length));
  const lines = questions.flatMap(({ meaning, hint }, index) => [
    `  ${flags[index]?.padEnd(width)}  ${meaning}`,
    ...(hint === undefined ? [] : [`  ${''.padEnd(width)}  (${hint})`]),
  ]);
  const many = questions.length === 1 ? 'a flag is' : `${questions.length} flags are`;
  const command = ['swinc', ...given.map(quote), ...flags].join(' ');
  const files = paths.join(' and ');
  return [`${files}: ${many} missing, for what the file does not tell:`, ...lines, `for example: ${command}`].join(
    '\n',
  );
}

/** For a shell, where it would take the text apart. */
function quote(text: string): string {
  return /^[\w./:=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

interface Written {
  readonly text: string | null;
  readonly questions: readonly Question[];
}

export function toJson(model: string | null, facts: Facts, { text, questions }: Written): string {
  const told = [...facts].map(([aspect, fact]) => ({ field: titleOf(aspect), value: fact.text, from: fact.from }));
  const missing = questions.map(({ flag, example, meaning, hint }) => ({ flag, example, meaning, hint: hint ?? null }));
  return JSON.stringify({ formatVersion: '1.0', model, text, facts: told, missing }, null, 2);
}
