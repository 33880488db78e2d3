/** `swinc diff --format markdown`: a comment on a pull request. */
import { milliseconds } from '../../report/units.ts';
import type { Difference, FieldChange, LatencyChange, LatencyStatistics, Place, Side } from '../difference.ts';
import { spellRatio } from '../latency.ts';
import { costSection } from './costs.ts';
import { planSection } from './plan.ts';
import { code, details, fit, left, prose, type Rows, right, shortTable, table } from './text.ts';
import { weightSection } from './weights.ts';

/** Under 60,000 characters, whatever the models: long lists say how many they leave out. */
export const toMarkdown = (difference: Difference): string => fit((most) => sectionsOf(difference, most).join('\n\n'));

const sectionsOf = (difference: Difference, most: number): readonly string[] => {
  const { a, b, derived, weights, plan, latency } = difference;
  return [
    `### ${difference.verdict}: ${titleOf(a, b)} → ${titleOf(b, a)}`,
    prose(difference.meaning),
    `A is ${code(a.operand)}, B is ${code(b.operand)}.`,
    ...fieldSection(difference, most),
    costSection(derived),
    weightSection(weights, most),
    planSection(plan, most),
    ...(latency === undefined ? [] : [latencySection(latency)]),
    '',
  ];
};

/** The element type is named where it is a difference. */
const titleOf = ({ model, elementType }: Side, other: Side): string =>
  elementType === other.elementType ? code(model) : `${code(model)} in ${elementType}`;

type SameField = Difference['unchangedFields']['fields'][number];

const fieldSection = ({ fields, unchangedFields }: Difference, most: number): readonly string[] => {
  const heading = `#### Fields\n\n${fields.length} changed, ${unchangedFields.count} the same.`;
  const columns = [left('field'), left('A'), left('B'), left('written in')];
  const same: Rows<SameField> = {
    items: unchangedFields.fields,
    row: ({ path, text }) => [code(path), code(text)],
  };
  return [
    heading,
    ...(fields.length === 0 ? [] : [table(columns, fields.map(fieldRow))]),
    ...(same.items.length === 0
      ? []
      : [details('the same fields', shortTable([left('field'), left('both')], same, most))]),
  ];
};

const fieldRow = ({ path, from, to, fromAt, toAt }: FieldChange): readonly string[] => [
  code(path),
  from === null ? 'nothing' : code(from),
  to === null ? 'nothing' : code(to),
  `${from === null ? '' : placeOf(fromAt)} → ${to === null ? '' : placeOf(toAt)}`.trim(),
];

const placeOf = (place: Place | null): string =>
  place === null ? 'by default' : code(`${place.file}:${place.span.line}`);

const latencySection = (latency: LatencyChange): string => {
  const { adapter, from, to, p, significant } = latency;
  const columns = [left(''), right('median'), right('95 % interval'), right('runs')];
  const verdict = significant
    ? `B against A: ${prose(spellRatio(latency))}, p = ${p.toFixed(4)}.`
    : `B against A: ${prose(spellRatio(latency))}, for the difference may be chance (p = ${p.toFixed(3)}).`;
  return `#### Latency on ${code(adapter)}\n\n${table(columns, [timeRow('A', from), timeRow('B', to)])}\n\n${verdict}`;
};

const timeRow = (name: string, { median, interval: [low, high], samples }: LatencyStatistics): readonly string[] => [
  name,
  milliseconds(median),
  `${milliseconds(low)} to ${milliseconds(high)}`,
  `${samples.length}`,
];
