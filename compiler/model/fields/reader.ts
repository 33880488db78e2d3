import type { Value } from '../../../grammar/ast.ts';
import type { Finding } from '../../../grammar/diagnostic.ts';
import { limits } from '../limits.ts';
import { nearest } from '../nearest.ts';
import { spellNumber } from '../spell.ts';

export type ReportFinding = (finding: Finding) => void;

/** From syntax to a field's value; undefined after a report, and silently where the text was damaged. */
export type Reader<Read> = (value: Value, report: ReportFinding) => Read | undefined;

export function reportWrongType(value: Value, wanted: string, report: ReportFinding, help?: string): undefined {
  if (value.kind === 'missing') return undefined;
  const message = `expected ${wanted}, found ${describe(value)}`;
  report({ code: 'SW103', message, span: value.span, ...(help === undefined ? {} : { help }) });
  return undefined;
}

export function describe(value: Value): string {
  switch (value.kind) {
    case 'number':
      return `the number ${value.text}`;
    case 'string':
      return 'a string';
    case 'name':
      return `\`${value.text}\``;
    case 'call':
      return `\`${value.name.text}(…)\``;
    case 'list':
      return 'a list';
    case 'record':
      return 'a block';
    case 'missing':
      return 'nothing';
  }
}

function reportTooLarge(value: Extract<Value, { kind: 'number' }>, most: number, report: ReportFinding): undefined {
  const message = `${value.text} is more than ${spellNumber(most)}, the largest number here`;
  report({ code: 'SW111', message, span: value.span });
}

/** A whole number from `least` to `most`. */
export function integer(least: number, most: number = limits.fieldInteger): Reader<number> {
  return (value, report) => {
    if (value.kind !== 'number') return reportWrongType(value, 'a whole number', report);
    if (!Number.isInteger(value.value)) return reportWrongType(value, 'a whole number', report);
    if (value.value > most) return reportTooLarge(value, most, report);
    if (value.value >= least) return value.value;
    report({ code: 'SW104', message: `${value.text} is too small: the least is ${least}`, span: value.span });
    return undefined;
  };
}

/** A finite number, whole or not, above zero. */
export const positive: Reader<number> = (value, report) => {
  if (value.kind !== 'number') return reportWrongType(value, 'a number', report);
  if (value.value > limits.fieldInteger) return reportTooLarge(value, limits.fieldInteger, report);
  if (value.value > 0) return value.value;
  report({ code: 'SW104', message: `${value.text} is too small: it must be more than 0`, span: value.span });
  return undefined;
};

export const finite: Reader<number> = (value, report) => {
  if (value.kind === 'number') return value.value;
  return reportWrongType(value, 'a number', report);
};

/** One of a few names. */
export function choice<Choice extends string>(...choices: readonly Choice[]): Reader<Choice> {
  return (value, report) => {
    if (value.kind === 'name') {
      const { text } = value;
      const found = choices.find((each) => each === text);
      if (found !== undefined) return found;
    }
    return reportWrongChoice(value, choices, report);
  };
}

export function reportWrongChoice(value: Value, choices: readonly string[], report: ReportFinding): undefined {
  const near = value.kind === 'name' ? nearest(value.text, choices) : undefined;
  const help = near === undefined ? undefined : `did you mean \`${near}\`?`;
  return reportWrongType(value, alternatives(choices), report, help);
}

/** Everything a stage's field can hold for all stages at once: one value, or one for each. */
export type PerStage<Read> =
  | { readonly kind: 'every'; readonly value: Read }
  | { readonly kind: 'each'; readonly values: readonly Read[] };

export function perStage<Read>(reader: Reader<Read>): Reader<PerStage<Read>> {
  return (value, report) => {
    if (value.kind === 'list') {
      const values = readItems(value.items, reader, report);
      return values === undefined ? undefined : { kind: 'each', values };
    }
    const read = reader(value, report);
    return read === undefined ? undefined : { kind: 'every', value: read };
  };
}

export function listOf<Read>(reader: Reader<Read>, what: string): Reader<readonly Read[]> {
  return (value, report) => {
    if (value.kind !== 'list') return reportWrongType(value, `a list of ${what}`, report);
    return readItems(value.items, reader, report);
  };
}

/** Reads every item, so that each wrong one is reported. */
function readItems<Read>(items: readonly Value[], reader: Reader<Read>, report: ReportFinding): Read[] | undefined {
  const read = items.map((item) => reader(item, report));
  const sound = read.filter((item) => item !== undefined);
  return sound.length === items.length ? sound : undefined;
}

/** `a`, `b` or `c`. */
export function alternatives(choices: readonly string[]): string {
  const quoted = choices.map((each) => `\`${each}\``);
  const last = quoted.at(-1) ?? '';
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(', ')} or ${last}`;
}
