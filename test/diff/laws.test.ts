/** What holds of the difference of any two models. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diff } from '../../compiler/diff/diff.ts';
import { fates } from '../../compiler/diff/difference.ts';
import { changedFigures } from '../../compiler/diff/figures.ts';
import { isFullRun } from '../support/scale.ts';
import { small, specSubject, specSubjects } from './subjects.ts';

for (const { name, subject } of specSubjects(isFullRun ? '' : 'micro/')) {
  test(`${name} differs in nothing from itself`, () => {
    const { verdict, fields, unchangedFields, weights, plan, derived } = diff(subject(), subject());
    assert.is(verdict, 'IDENTICAL');
    assert.equal(fields, []);
    assert.ok(unchangedFields.count > 0);
    assert.equal(
      fates.filter((fate) => weights[fate].count > 0),
      ['carry'],
    );
    const { gained, lost } = plan.pipelines;
    assert.equal([plan.kernels.gained, plan.kernels.lost, gained, lost], [[], [], [], []]);
    assert.equal(changedFigures(derived).shown, []);
  });
}

const pairs = [
  {
    what: 'Swin-T and Swin-Free-T-BR',
    a: specSubject('swin-t.swin'),
    b: specSubject('swin-free-br.swin', 'swin-free-t-br'),
  },
  { what: 'models of two and of three stages', a: small(), b: specSubject('micro/micro-three-stages.swin') },
  { what: 'windows of two shapes', a: small('window = size(4, 8)'), b: small('window = size(8, 4)', 'qkv.bias = off') },
];

for (const { what, a, b } of pairs) {
  test(`${what}: the other way round, what is new is dropped and what is gained is lost`, () => {
    const [there, back] = [diff(a, b), diff(b, a)];
    const names = (difference: typeof there, fate: (typeof fates)[number]): readonly string[] =>
      difference.weights[fate].tensors.map(({ name }) => name).sort();
    assert.equal(names(there, 'new'), names(back, 'dropped'));
    assert.equal(names(there, 'dropped'), names(back, 'new'));
    for (const fate of ['carry', 'interpolate', 'notTransferable'] as const) {
      assert.equal(names(there, fate), names(back, fate));
    }
    assert.equal(there.plan.kernels.gained, back.plan.kernels.lost);
    assert.equal(there.plan.pipelines.gained, back.plan.pipelines.lost);
    assert.is(there.plan.pipelines.shared, back.plan.pipelines.shared);
    assert.equal(
      there.derived.stages.map(({ macs }) => ({ from: macs.to, to: macs.from })),
      back.derived.stages.map(({ macs }) => macs),
    );
  });
}

test('a difference is plain data', () => {
  const difference = diff(small(), small('window = 8'));
  assert.equal(JSON.parse(JSON.stringify(difference)), difference);
});

test.run();
