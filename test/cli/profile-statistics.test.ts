/** From spans to shares, and to a trace. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ProfiledVariant } from '../../compiler/cli/profile/measure.ts';
import { statisticsOf } from '../../compiler/cli/profile/statistics.ts';
import { toTrace } from '../../compiler/cli/profile/trace.ts';
import { type OpKind, opKinds } from '../../compiler/ops/op.ts';
import type { RunProfile } from '../../runtime/profile.ts';

const lengths = [
  [1, 2, 3, 4],
  [3, 2, 1, 4],
  [2, 2, 2, 40],
];

function profileOf(run: readonly number[]): RunProfile {
  let start = 0;
  const spans = run.map((length) => {
    start += length;
    return { start: start - length, end: start };
  });
  return { clock: 'timestamps', spans };
}

const work = [
  { op: 'roll', kind: 'shifting', macs: 0 },
  { op: 'linear', kind: 'GEMM', macs: 5 },
  { op: 'layer_norm', kind: 'norm', macs: 0 },
  { op: 'linear', kind: 'GEMM', macs: 7 },
] as const;
const kernels = work.map(({ op }, index) => ({
  op,
  stage: index < 3 ? 1 : null,
  block: index === 1 ? 0 : null,
  kernel: `${op}-kernel`,
  class: 'software' as const,
}));
const profiles = lengths.map(profileOf);
const statistics = statisticsOf({ profiles, work, kernels });

test('a dispatch takes the median of its runs, and the kinds add up', () => {
  assert.equal(
    statistics.steps.map(({ milliseconds }) => milliseconds),
    [2, 2, 2, 4],
  );
  assert.is(statistics.milliseconds, 10);
  const expected: Readonly<Record<OpKind, readonly [number, number]>> = {
    shifting: [1, 0.2],
    norm: [1, 0.2],
    activation: [0, 0],
    attention: [0, 0],
    GEMM: [2, 0.6],
    other: [0, 0],
  };
  assert.equal(
    Object.fromEntries(statistics.kinds.map(({ kind, dispatches, share }) => [kind, [dispatches, share]])),
    expected,
  );
  assert.equal(Object.keys(expected), [...opKinds]);
});

test('kernels come with the longest first, with all their products', () => {
  assert.equal(statistics.kernels[0], {
    op: 'linear',
    kernel: 'linear-kernel',
    macs: 12,
    dispatches: 2,
    milliseconds: 6,
    share: 0.6,
  });
  assert.is(statistics.kernels.length, 3);
});

test('a trace has a process for each variant and an event for each dispatch, in microseconds', () => {
  const variant: ProfiledVariant = {
    name: 'planned',
    without: [],
    clock: 'timestamps',
    runMilliseconds: 9,
    samples: 3,
    timeline: profiles[0]?.spans ?? [],
    ...statistics,
  };
  const { traceEvents } = JSON.parse(toTrace([variant, { ...variant, name: 'eager' }]));
  assert.is(traceEvents.length, 10);
  assert.equal(traceEvents[0], { name: 'process_name', ph: 'M', pid: 1, tid: 1, args: { name: 'planned' } });
  assert.equal(traceEvents[2], {
    name: 'linear',
    cat: 'GEMM',
    ph: 'X',
    ts: 1000,
    dur: 2000,
    pid: 1,
    tid: 1,
    args: { dispatch: 1, stage: 1, block: 0, kernel: 'linear-kernel', macs: 5 },
  });
  assert.is(traceEvents[9].pid, 2);
});

test.run();
