/** The paper's tables of windows and of shifts, each row against the model that it varies. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareSweep, type SweepDifference } from '../../compiler/diff/sweep.ts';
import { sweepSubjects } from './subjects.ts';

const matrix = (name: string): SweepDifference => {
  const { base, variants } = sweepSubjects('paper.swin', name);
  return compareSweep(name, base, variants);
};

test('Table 5: only the row of Swin-Free-B is Swin-Free-B; the others want other tables', () => {
  const { base, variants } = matrix('table5');
  assert.is(base.model, 'swin-free-b');
  assert.equal(
    variants.map(({ label, verdict, weights }) => [label, verdict, weights.carry, weights.interpolate]),
    [
      ['window=7,7,7,7', 'RETRAIN', 309, 20],
      ['window=7,7,14,7', 'RETRAIN', 327, 2],
      ['window=7,14,7,7', 'RETRAIN', 311, 18],
      ['window=14,7,7,7', 'RETRAIN', 307, 22],
      ['window=7,14,14,7', 'IDENTICAL', 329, 0],
      ['window=14,7,14,7', 'RETRAIN', 325, 4],
      ['window=14,14,7,7', 'RETRAIN', 309, 20],
      ['window=14,14,14,7', 'RETRAIN', 327, 2],
    ],
  );
  assert.equal(variants[0]?.params, { from: 87_938_464, to: 87_768_224 });
});

test('Table 4: shifting has no weights and, as planned, no dispatches', () => {
  const { variants } = matrix('table4');
  assert.equal(
    variants.map(({ label, verdict, fields }) => [label, verdict, fields.map(({ to }) => to).join()]),
    [
      ['"1111"', 'IDENTICAL', ''],
      ['"0111"', 'LOADABLE', '[off, on, on, on]'],
      ['"0011"', 'LOADABLE', '[off, off, on, on]'],
      ['"0001"', 'LOADABLE', '[off, off, off, on]'],
      ['"0010"', 'LOADABLE', '[off, off, on, off]'],
      ['"0100"', 'LOADABLE', '[off, on, off, off]'],
      ['"1000"', 'LOADABLE', '[on, off, off, off]'],
      ['"0000"', 'LOADABLE', 'off'],
    ],
  );
  assert.ok(variants.every(({ dispatches: { planned } }) => planned.from === planned.to));
});

test.run();
