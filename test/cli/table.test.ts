import picocolors from 'picocolors';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Column, csvTable, markdownTable, textTable } from '../../compiler/cli/table.ts';

interface Row {
  readonly name: string;
  readonly eager: number;
  readonly planned: number;
}

const columns: readonly Column<Row>[] = [
  { name: 'name', cell: ({ name }) => name },
  { group: 'dispatches', name: 'eager', cell: ({ eager }) => `${eager}` },
  { group: 'dispatches', name: 'planned', cell: ({ planned }) => `${planned}` },
];

const rows: readonly Row[] = [
  { name: 'swin-t', eager: 12, planned: 3 },
  { name: 'a, "b" | c', eager: 5, planned: 1000 },
];

const plain = picocolors.createColors(false);

test('text stands in right-aligned columns, with a group above its own', () => {
  assert.is(
    textTable(columns, rows, plain),
    [
      '                 dispatches',
      '       name  eager  planned',
      '     swin-t     12        3',
      ' a, "b" | c      5     1000',
    ].join('\n'),
  );
});

test('without groups there is one line of heads', () => {
  const ungrouped = columns.map(({ name, cell }) => ({ name, cell }));
  assert.is(textTable(ungrouped, rows, plain).split('\n').length, 3);
});

test('markdown names the group in each head, and escapes what would be a column', () => {
  assert.is(
    markdownTable(columns, rows),
    [
      '| name | dispatches eager | dispatches planned |',
      '| ---: | ---: | ---: |',
      '| swin-t | 12 | 3 |',
      '| a, "b" \\| c | 5 | 1000 |',
    ].join('\n'),
  );
});

test('CSV quotes what needs it', () => {
  assert.is(csvTable(columns, rows), 'name,eager,planned\nswin-t,12,3\n"a, ""b"" | c",5,1000');
});

test.run();
