/** Tables, for terminals, for Markdown and for spreadsheets. */
import Table from 'cli-table3';
import type { Colours } from './output.ts';

export interface Column<Row> {
  /** What several columns have in common, above the name of each. */
  readonly group?: string;
  readonly name: string;
  readonly cell: (row: Row) => string;
}

/** Values under right-aligned heads, without lines. */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], colours: Colours): string {
  const table = new Table({
    // A cell that spans others is as wide as they and what stands between them: so that must be one character.
    style: { head: [], border: [], compact: true, 'padding-left': 1, 'padding-right': 0 },
    chars: plainBorders,
    colAligns: columns.map(() => 'right' as const),
  });
  const groups = groupsOf(columns);
  if (groups.some(({ name }) => name !== undefined)) {
    table.push(groups.map(({ name = '', colSpan }) => ({ content: colours.bold(name), colSpan, hAlign: 'right' })));
  }
  table.push(columns.map(({ name }) => colours.bold(name)));
  table.push(...rows.map((row) => columns.map(({ cell }) => cell(row))));
  return table.toString().replace(/ +$/gm, '');
}

interface Group {
  readonly name: string | undefined;
  readonly colSpan: number;
}

/** Neighbours with one group under one head. */
function groupsOf<Row>(columns: readonly Column<Row>[]): readonly Group[] {
  const groups: Group[] = [];
  for (const { group } of columns) {
    const last = groups.at(-1);
    const goesOn = last !== undefined && group !== undefined && last.name === group;
    groups.splice(goesOn ? -1 : groups.length, 1, { name: group, colSpan: goesOn ? last.colSpan + 1 : 1 });
  }
  return groups;
}

export function markdownTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const heads = columns.map(({ group, name }) => (group === undefined ? name : `${group} ${name}`));
  const line = (cells: readonly string[]): string => `| ${cells.map(escapedMarkdown).join(' | ')} |`;
  const body = rows.map((row) => line(columns.map(({ cell }) => cell(row))));
  return [line(heads), `|${columns.map(() => ' ---: |').join('')}`, ...body].join('\n');
}

export function csvTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => cells.map(quotedCsv).join(',');
  return [line(columns.map(({ name }) => name)), ...rows.map((row) => line(columns.map(({ cell }) => cell(row))))].join(
    '\n',
  );
}

function escapedMarkdown(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** As RFC 4180 has it. */
function quotedCsv(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const plainBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
} as const;
