/** What a profile says of a run, with the GPU's timestamps and without them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openDevice } from '../../runtime/device.ts';
import { DisposedError, InputError } from '../../runtime/errors.ts';
import { gpu, load } from '../../runtime/node.ts';
import { type RunProfile, spansOf } from '../../runtime/profile.ts';
import { observedDevice } from '../support/observed-device.ts';
import { images, plan, tensors } from './small-model.ts';

const source = { plan, weights: { tensors } };

function requireOrdered({ spans }: RunProfile): void {
  let last = 0;
  for (const { start, end } of spans) {
    assert.ok(last <= start && start <= end, `${last}, ${start}, ${end}`);
    last = end;
  }
  assert.ok(last > 0);
}

for (const [clock, wanted] of [
  ['timestamps', ['timestamp-query']],
  ['submits', []],
] as const) {
  test(`by ${clock}: spans in order, for each dispatch or for all, and runs answer as before`, async () => {
    const { device } = await openDevice(await gpu(), plan, undefined, wanted);
    await using model = await load(source, { device, maxBatch: 3 });
    const [single, triple] = [images(1), images(3)];
    const before = await model.run(single);
    const each = await model.profile(triple, { times: 2 });
    const whole = await model.profile(triple, { each: 'run' });
    assert.equal(
      each.map(({ spans }) => spans.length),
      [plan.dispatches.length, plan.dispatches.length],
    );
    assert.equal(
      whole.map(({ spans }) => spans.length),
      [1],
    );
    for (const profile of [...each, ...whole]) {
      assert.is(profile.clock, clock);
      requireOrdered(profile);
    }
    assert.equal((await model.run(single)).logits, before.logits);
    device.destroy();
  });
}

test('each time works on the input, whose memory a run uses again', async () => {
  const { device } = await openDevice(await gpu(), plan);
  const { device: observed, events } = observedDevice(device);
  await using model = await load(source, { device: observed });
  const input = images(1);
  events.length = 0;
  await model.profile(input, { times: 3 });
  const written = events.filter(({ kind, count }) => kind === 'write' && count === input.byteLength);
  // And one before them, for the run that compiles.
  assert.is(written.length, 4);
  device.destroy();
});

test('a device has timestamps only where they are wanted', async () => {
  const { device, adapter } = await openDevice(await gpu(), plan);
  assert.not(device.features.has('timestamp-query'));
  assert.not(adapter.features.includes('timestamp-query'));
  device.destroy();
});

test('what cannot be run cannot be timed', async () => {
  const model = await load(source);
  for (const [input, kind] of [
    [images(2), InputError],
    [images(1).subarray(1), InputError],
  ] as const) {
    const error: unknown = await model.profile(input).catch((reason: unknown) => reason);
    assert.instance(error, kind);
  }
  await model[Symbol.asyncDispose]();
  assert.instance(await model.profile(images(1)).catch((reason: unknown) => reason), DisposedError);
});

test('spans of timestamps that overlap or stand still follow each other', () => {
  const timestamps = BigUint64Array.of(5_000_000n, 7_000_000n, 6_000_000n, 9_000_000n, 8_000_000n, 8_500_000n);
  assert.equal(spansOf(timestamps, 3), [
    { start: 0, end: 2 },
    { start: 2, end: 4 },
    { start: 4, end: 4 },
  ]);
});

test.run();
