import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diff } from '../../compiler/diff/diff.ts';
import { compareFields } from '../../compiler/diff/fields.ts';
import type { CanonicalField } from '../../compiler/model/canonical.ts';
import type { Setting } from '../../compiler/model/settings.ts';
import { specSubject } from './subjects.ts';

const spanOf = (line: number) => ({ line, column: 3, endLine: line, endColumn: 4 });

const at = (line: number, model = 'base'): Setting => ({
  field: 'depths',
  value: { kind: 'number', value: 1, text: '1', span: spanOf(line) },
  file: `${model}.swin`,
  model,
  stage: undefined,
});

const field = (path: string, text: string, ...settings: readonly Setting[]): CanonicalField => ({
  path,
  text,
  settings,
});

test('fields of the same text are counted and no change, wherever they are set', () => {
  const a = [field('window', '7', at(1)), field('shift', 'on')];
  const b = [field('window', '7', at(9, 'heir')), field('shift', 'on', at(8))];
  assert.equal(compareFields(a, b), {
    fields: [],
    unchangedFields: {
      count: 2,
      fields: [
        { path: 'window', text: '7' },
        { path: 'shift', text: 'on' },
      ],
    },
  });
});

test('a change has both texts and both places; a default has none', () => {
  const { fields, unchangedFields } = compareFields([field('shift', 'on')], [field('shift', 'off', at(4, 'heir'))]);
  assert.is(unchangedFields.count, 0);
  assert.equal(fields, [
    {
      path: 'shift',
      from: 'on',
      to: 'off',
      fromAt: null,
      toAt: { file: 'heir.swin', span: spanOf(4), model: 'heir' },
    },
  ]);
});

test('the place is that of the text that the other model does not share', () => {
  const list = at(2);
  const a = [field('depths', '[2, 2, 18, 2]', list)];
  const b = [field('depths', '[2, 2, 12, 2]', at(5, 'heir'), list)];
  const [there] = compareFields(a, b).fields;
  const [back] = compareFields(b, a).fields;
  assert.equal([there?.fromAt?.model, there?.toAt?.model], ['base', 'heir']);
  assert.equal([back?.fromAt?.model, back?.toAt?.model], ['heir', 'base']);
});

test('a field that only one model has changes from or to nothing', () => {
  const { fields } = compareFields([field('a', '1')], [field('b', '2')]);
  assert.equal(
    fields.map(({ path, from, to }) => [path, from, to]),
    [
      ['a', '1', null],
      ['b', null, '2'],
    ],
  );
});

test('Swin-B to Swin-Free-B changes the window and the shift, and nothing else', () => {
  const { fields, unchangedFields } = diff(specSubject('swin-b.swin'), specSubject('swin-free-b.swin'));
  assert.equal(
    fields.map(({ path, from, to }) => [path, from, to]),
    [
      ['window', '7', '[7, 14, 14, 7]'],
      ['shift', 'on', 'off'],
    ],
  );
  assert.equal(
    fields.map(({ fromAt, toAt }) => [fromAt?.file, fromAt?.span.line, toAt?.file, toAt?.span.line]),
    [
      ['swin-b.swin', 10, 'swin-free-b.swin', 5],
      ['swin-b.swin', 11, 'swin-free-b.swin', 6],
    ],
  );
  assert.ok(unchangedFields.fields.some(({ path, text }) => path === 'merge.norm' && text === 'layer(eps: 1e-5)'));
});

test('a stage’s patch is where its list changes', () => {
  const [dr10, dr12] = ['swin-free-b-br-dr10', 'swin-free-b-br-dr12'].map((name) =>
    specSubject('swin-free-br-dr.swin', name),
  );
  if (!dr10 || !dr12) throw new Error('a model is missing');
  const { fields } = diff(dr10, dr12);
  assert.equal(
    fields.map(({ path, from, to, fromAt, toAt }) => [path, from, to, fromAt?.span.line, toAt?.span.line]),
    [['depths', '[2, 2, 10, 2]', '[2, 2, 12, 2]', 5, 10]],
  );
});

test.run();
