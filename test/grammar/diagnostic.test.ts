import assert from 'node:assert/strict';
import { test } from 'uvu';
import { diagnose, hasErrors } from '../../grammar/diagnostic.ts';
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';

const span = { line: 2, column: 3, endLine: 2, endColumn: 6 };

test('the JSON of a diagnostic is the public form', () => {
  const note = { message: 'it is set here already', file: 'b.swin', span };
  const full = diagnose('a.swin', { code: 'SW101', message: 'm', span, notes: [note, { message: 'n' }], help: 'h' });
  assert.equal(
    JSON.stringify(full),
    '{"code":"SW101","severity":"error","message":"m","file":"a.swin",' +
      '"span":{"line":2,"column":3,"endLine":2,"endColumn":6},' +
      '"notes":[{"message":"it is set here already","file":"b.swin","span":{"line":2,"column":3,"endLine":2,"endColumn":6}},' +
      '{"message":"n"}],"help":"h"}',
  );
  assert.deepEqual(Object.keys(diagnose('a', { code: 'SW101', message: 'm', span })).includes('help'), false);
});

test('only errors are errors', () => {
  const make = (severity: 'error' | 'warning' | 'note') =>
    diagnose('a', { code: 'SW203', severity, message: 'm', span });
  assert.equal(hasErrors([make('warning'), make('note')]), false);
  assert.equal(hasErrors([make('note'), make('error')]), true);
});

function print(text: string | undefined, place: typeof span, color = false): string {
  return printDiagnostics([diagnose('a.swin', { code: 'SW100', message: 'no', span: place })], {
    read: () => text,
    color,
  });
}

test('a code frame has the line and carets below the span', () => {
  assert.equal(print('one\n  two\n', span), 'error[SW100]: no\n  --> a.swin:2:3\n  |\n2 |   two\n  |   ^^^\n');
});

test('tabs stay, so that carets stand right; control characters do not reach the terminal', () => {
  assert.match(print('\n\t\ttwo', span), /\n2 \| \t\ttwo\n {2}\| \t\t\^\^\^\n$/);
  assert.match(print('\n\u001b[2Jxx', { ...span, column: 1 }), /\n2 \| \uFFFD\[2Jxx\n/);
});

test('without the text there is a place and no frame', () => {
  assert.equal(print(undefined, { ...span, line: 9 }), 'error[SW100]: no\n  --> a.swin:9:3\n');
});

test('an empty span has one caret, a long line is cut around the span', () => {
  assert.match(print('\nab', { ...span, endColumn: 3 }), /\| {3}\^\n$/);
  const frame = print(`\n${'x'.repeat(1000)}`, { line: 2, column: 500, endLine: 2, endColumn: 900 }).split('\n');
  assert.equal(frame[3], `2 | ${'x'.repeat(160)}`);
  assert.equal(frame[4], `  | ${' '.repeat(40)}${'^'.repeat(120)}`);
});

test('colour is asked for', () => {
  assert.ok(!print('\n  two', span).includes('\u001b['));
  assert.ok(print('\n  two', span, true).includes('\u001b[31m'));
});

test.run();
