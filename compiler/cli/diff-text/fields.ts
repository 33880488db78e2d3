import type { Difference, FieldChange, Place } from '../../diff/difference.ts';
import { alignColumns, type Cell } from '../columns.ts';
import type { Colours } from '../output.ts';
import type { TextOptions } from './options.ts';

export function fieldLines(
  { fields, unchangedFields }: Pick<Difference, 'fields' | 'unchangedFields'>,
  { colours, all }: TextOptions,
): readonly string[] {
  const { bold, dim } = colours;
  const same = unchangedFields.fields.map(({ path, text }): readonly Cell[] => [
    { text: `  ${path}`, colour: dim },
    { text, colour: dim },
  ]);
  return [
    `${bold('fields')}  ${fields.length} changed, ${unchangedFields.count} the same`,
    ...alignColumns(fields.map((field) => cellsOf(field, colours))),
    ...alignColumns(all ? same : []),
  ];
}

function cellsOf({ path, from, to, fromAt, toAt }: FieldChange, { bold, red, green, dim }: Colours): readonly Cell[] {
  return [
    { text: `  ${path}`, colour: bold },
    { text: from ?? 'nothing', colour: red },
    { text: '→' },
    { text: to ?? 'nothing', colour: green },
    { text: `${placeOf(fromAt)} → ${placeOf(toAt)}`, colour: dim },
  ];
}

function placeOf(place: Place | null): string {
  return place === null ? 'by default' : `${place.file}:${place.span.line}`;
}
