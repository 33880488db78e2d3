/** A run submits commands that the run before it has prepared: a few dispatches first where there are many. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load } from '../../runtime/node.ts';
import { serialiseSafetensors } from '../../runtime/safetensors.ts';
import { assertClose } from '../support/close.ts';
import { type DeviceEvent, observedDevice } from '../support/observed-device.ts';
import { device } from './check.ts';
import { answers, images, plan, tensors } from './small-model.ts';

const source = { plan, weights: serialiseSafetensors(tensors) };

/** What of a run happens in which order, its writes left out. */
const order = (events: readonly DeviceEvent[]): string =>
  events.flatMap(({ kind, count }) => (kind === 'write' ? [] : [`${kind} ${count}`])).join(', ');

const encoded = 'encoder 1, finish 1';

const cases: readonly { readonly name: string; readonly batches: readonly number[]; readonly last: string }[] = [
  { name: 'the first run encodes', batches: [1], last: `${encoded}, submit 1, ${encoded}` },
  { name: 'the next has its commands already', batches: [1, 1], last: `submit 1, ${encoded}` },
  { name: 'so has every later one', batches: [2, 2, 2], last: `submit 1, ${encoded}` },
  { name: 'another batch encodes again', batches: [2, 1], last: `${encoded}, submit 1, ${encoded}` },
  { name: 'and is then expected', batches: [2, 1, 1], last: `submit 1, ${encoded}` },
];

for (const { name, batches, last } of cases) {
  test(`${batches.join(', ')}: ${name}`, async () => {
    const { device: observed, events } = observedDevice(device);
    await using model = await load(source, { device: observed, maxBatch: 2, taps: true });
    for (const batch of batches) {
      events.length = 0;
      const { logits, stages } = await model.run(images(batch));
      assertClose(logits, answers(images(batch), batch).logits, 1e-5, 'logits');
      assert.is(stages?.length, 2);
    }
    assert.is(order(events), last);
  });
}

test('what a run writes is its input, and the batch where that is another', async () => {
  const { device: observed, events } = observedDevice(device);
  await using model = await load(source, { device: observed, maxBatch: 2 });
  const written: (readonly number[])[] = [];
  for (const batch of [1, 1, 2]) {
    events.length = 0;
    await model.run(images(batch));
    written.push(events.flatMap(({ kind, count }) => (kind === 'write' ? [count] : [])));
  }
  const one = images(1).byteLength;
  assert.equal(written, [[4, one], [one], [4, 2 * one]]);
});

test('an input that may be large goes by way of memory that is mapped again for the next', async () => {
  const { device: observed, events } = observedDevice(device);
  // Two megabytes and a little more.
  await using model = await load(source, { device: observed, maxBatch: Math.ceil(2 ** 21 / images(1).byteLength) });
  events.length = 0;
  for (const batch of [2, 2, 3, 1]) {
    const input = images(batch).map((value) => value * (batch + events.length));
    assertClose((await model.run(input)).logits, answers(input, batch).logits, 1e-5, `batch ${batch}`);
    const [profile] = await model.profile(input, { each: 'run' });
    assert.is(profile?.spans.length, 1);
    assertClose((await model.run(input)).logits, answers(input, batch).logits, 1e-5, `batch ${batch} once more`);
  }
  const written = events.flatMap(({ kind, count }) => (kind === 'write' ? [count] : []));
  assert.equal(written, [4, 4, 4], 'the batch alone, each time that it is another');
});

test('a model of many dispatches is submitted in parts, each of which has twice as many as the one before', async () => {
  const many = { ...plan, dispatches: Array.from({ length: 14 }, () => plan.dispatches).flat() };
  const { device: observed, events } = observedDevice(device);
  await using model = await load({ ...source, plan: many }, { device: observed });
  await model.run(images(1));
  events.length = 0;
  assertClose((await model.run(images(1))).logits, answers(images(1), 1).logits, 1e-5, 'logits');
  // 70 of them: 16, 54.
  assert.is(order(events), `submit 1, submit 1, ${encoded}, ${encoded}`);
});

test('an input that starts inside of its memory, and one in shared memory, are read where they are', async () => {
  await using model = await load(source, { device });
  const expected = answers(images(1), 1).logits;
  const inside = new Float32Array(images(1).length + 3);
  inside.set(images(1), 3);
  const shared = new Float32Array(new SharedArrayBuffer(images(1).byteLength));
  shared.set(images(1));
  for (const input of [inside.subarray(3), shared]) {
    assertClose((await model.run(input)).logits, expected, 1e-5, 'logits');
  }
});

test('commands that were prepared end with the model', async () => {
  const { device: observed, events } = observedDevice(device);
  const model = await load(source, { device: observed });
  await model.run(images(1));
  await model[Symbol.asyncDispose]();
  events.length = 0;
  await model.run(images(1)).catch(() => undefined);
  assert.is(order(events), '');
});

test.run();
