import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareDerived } from '../../compiler/diff/derived.ts';
import type { Change } from '../../compiler/diff/difference.ts';
import { changedFigures, spellChange, spellDelta, spellPercentage } from '../../compiler/diff/figures.ts';
import { small, specSubject } from './subjects.ts';

const delta = ({ from, to }: Change): number => (to ?? Number.NaN) - (from ?? Number.NaN);

const giga = ({ from, to }: Change): readonly string[] => [from, to].map((macs) => ((macs ?? 0) / 1e9).toFixed(3));

test('Swin-B to Swin-Free-B: what the windows cost and what the shifts cost', () => {
  const { stages, outside, total } = compareDerived(specSubject('swin-b.swin'), specSubject('swin-free-b.swin'));
  assert.is(delta(total.params), 170_240);
  assert.equal(
    stages.map(({ params }) => delta(params)),
    [0, 8_960, 161_280, 0],
  );
  assert.is(delta(outside.params), 0);
  assert.equal(giga(total.macs), ['15.431', '16.080']);
  assert.equal(total.shifted, { from: 11, to: 0 });
  assert.equal(
    stages.map(({ shifted }) => shifted),
    [
      { from: 1, to: 0 },
      { from: 1, to: 0 },
      { from: 9, to: 0 },
      { from: 0, to: 0 },
    ],
  );
  assert.equal(total.rollBytes, { eager: { from: 24_084_480, to: 0 }, planned: { from: 0, to: 0 } });
  assert.equal(
    stages.map(({ windows }) => [windows.from, windows.to]),
    [
      [64, 64],
      [16, 4],
      [4, 1],
      [1, 1],
    ],
  );
  assert.is(delta(total.dispatches.planned), 0);
});

test('a stage has the layout of both models, block by block', () => {
  const { stages } = compareDerived(small(), small('window = [4, 8]'));
  const [, second] = stages;
  const layout = { grid: [8, 8], dim: 32, heads: 4, pad: 'error' };
  assert.equal(second?.layout, {
    from: {
      ...layout,
      blocks: [
        { window: [4, 4], shift: [0, 0] },
        { window: [4, 4], shift: [2, 2] },
      ],
    },
    to: {
      ...layout,
      blocks: [
        { window: [8, 8], shift: [0, 0] },
        { window: [8, 8], shift: [0, 0] },
      ],
    },
  });
});

test('a stage that one model has not is null there, and all of it is new', () => {
  const { stages } = compareDerived(small(), small('depths = [2, 2, 1]', 'heads = [2, 4, 8]'));
  assert.is(stages.length, 3);
  assert.is(stages[2]?.layout.from, null);
  assert.is(stages[2]?.params.from, null);
  assert.ok((stages[2]?.params.to ?? 0) > 0);
});

test('changes, deltas and percentages as text', () => {
  const spell = String;
  const cases = [
    { change: { from: 16, to: 4 }, printed: ['16 → 4', '-12', '-75.0 %'] },
    { change: { from: 4, to: 4 }, printed: ['4', '', ''] },
    { change: { from: 0, to: 4 }, printed: ['0 → 4', '+4', ''] },
    { change: { from: null, to: 4 }, printed: ['- → 4', '', ''] },
    { change: { from: 4, to: null }, printed: ['4 → -', '', ''] },
    { change: { from: 1000, to: 1002 }, printed: ['1000 → 1002', '+2', '+0.20 %'] },
  ];
  for (const { change, printed } of cases) {
    assert.equal([spellChange({ spell }, change), spellDelta({ spell }, change), spellPercentage(change)], printed);
  }
});

test('figures that are the same are hidden, but for the other half of a pair', () => {
  const derived = compareDerived(small(), small('shift = off'));
  const { shown, hidden } = changedFigures(derived);
  const labels = shown.map(({ name, variant }) => `${name}${variant === null ? '' : ` ${variant}`}`);
  assert.ok(labels.includes('bytes rolled planned'));
  assert.not(labels.includes('parameters'));
  assert.is(changedFigures(compareDerived(small(), small())).shown.length, 0);
  assert.is(shown.length + hidden, changedFigures(compareDerived(small(), small())).hidden);
});

test.run();
