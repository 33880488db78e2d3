import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PlanChange } from '../../compiler/diff/difference.ts';
import { comparePlans } from '../../compiler/diff/plan.ts';
import type { Subject } from '../../compiler/diff/subject.ts';
import { heir, small, specSubject } from './subjects.ts';

const between = (a: Subject, b: Subject): PlanChange => comparePlans(a.planned.plan, b.planned.plan);

test('a model and itself have the same kernels and pipelines', () => {
  const { kernels, pipelines, dispatches } = between(small(), small());
  assert.equal([kernels.gained, kernels.lost, pipelines.gained, pipelines.lost], [[], [], [], []]);
  assert.ok(kernels.shared.length > 0 && pipelines.shared >= kernels.shared.length);
  assert.ok(dispatches.every(({ from, to }) => from === to));
});

test('layer norms that become batch norms take their kernels with them', () => {
  // That of the patch embedding runs by itself; all others are the linears'.
  const { kernels, dispatches } = between(small(), small('norm = batch(per: channel)'));
  assert.ok(kernels.lost.includes('layer-norm-serial'));
  assert.equal(
    dispatches.find(({ op }) => op === 'layer_norm'),
    { op: 'layer_norm', from: 1, to: 0 },
  );
});

test('another window keeps the kernels and changes the pipelines of attention', () => {
  const { kernels, pipelines } = between(small('shift = off'), small('shift = off', 'window = [4, 8]'));
  assert.equal([kernels.gained, kernels.lost], [[], []]);
  assert.equal(
    pipelines.gained.map(({ kernel, class: adapters, dispatches }) => [kernel, adapters, dispatches]),
    [
      // One for each size of subgroups, and one and four invocations for each query.
      ['window-attention-quad', 'software', 2],
      ['window-attention-subgroup', 'software', 2],
      ['window-attention-subgroup', 'software', 2],
      ['window-attention-register', 'software', 2],
      ['window-attention-tile', 'gpu', 2],
      ['window-attention-tile', 'gpu', 2],
    ],
  );
  const [software] = pipelines.gained;
  assert.is(software?.constants['WINDOW_HEIGHT'], 8);
  assert.is(software?.constants['MASK_HEIGHT'], undefined, 'no shift is the kernel’s own value');
  assert.equal(
    pipelines.lost.map(({ kernel }) => kernel),
    // These take the grid from a uniform, so that the other stage still has the pipeline.
    pipelines.gained.map(({ kernel }) => kernel).filter((kernel) => !/quad|subgroup/.test(kernel)),
  );
});

test('halves are other pipelines of the same kernels, and may have matrix units', () => {
  const { kernels, pipelines } = between(small(), heir('small', [], 'f16'));
  assert.equal([kernels.gained, kernels.lost], [['linear-matrix'], []]);
  assert.ok(pipelines.gained.length > 0);
  assert.ok(pipelines.gained.every(({ types }) => Object.values(types).includes('f16')));
  assert.ok(pipelines.lost.every(({ types }) => Object.keys(types).length === 0));
});

test('a pipeline stands for every dispatch that lists it', () => {
  const { pipelines } = between(small('depths = [2, 2]'), specSubject('micro/micro-three-stages.swin'));
  assert.ok(pipelines.gained.every(({ dispatches }) => dispatches > 0));
});

test.run();
