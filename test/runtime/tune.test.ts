/** Measuring kernels on the adapter of this process. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createKeepBusy } from '../../runtime/keep-busy.ts';
import { kernels } from '../../runtime/kernels/manifest.gen.ts';
import { load } from '../../runtime/load.ts';
import type { Plan } from '../../runtime/plan.ts';
import { tune } from '../../runtime/tune.ts';
import { tuningOf } from '../../runtime/tuning.ts';
import { BUFFER_USAGE } from '../../runtime/webgpu-constants.ts';
import { device } from './check.ts';
import { answers, images, plan as small, tensors } from './small-model.ts';

/** The small model, whose products two kernels can serve. */
const plan: Plan = {
  ...small,
  dispatches: small.dispatches.map((dispatch) => ({
    ...dispatch,
    candidates: dispatch.candidates.flatMap((candidate) => {
      const isProduct = candidate.kernel === 'linear-any' && dispatch.op !== 'head';
      if (!isProduct) return [candidate];
      const [columns, rows, one] = candidate.workgroups;
      const workgroups = [{ ...columns, tile: 32 }, { ...rows, tile: 32 }, one] as const;
      return [candidate, { ...candidate, kernel: 'linear-register', workgroups }];
    }),
  })),
};

test('each work with a choice is measured by all of its candidates, and a table decides the next load', async () => {
  const progress: string[] = [];
  const onProgress = (done: number, total: number) => progress.push(`${done}/${total}`);
  const works = await tune(device, { plan, kernels, class: 'software', batch: 2, onProgress });
  assert.equal(
    works.map(({ entry, heuristic, dispatches }) => [entry.work.split(' ')[0], entry.batch, heuristic, dispatches]),
    [
      ['patches', '2-7', 'linear-any', 1],
      ['mix', '2-7', 'linear-any', 1],
    ],
  );
  assert.is(progress.at(-1), `${plan.dispatches.length}/${plan.dispatches.length}`);
  for (const { entry } of works) {
    assert.equal(Object.keys(entry.milliseconds), ['linear-any', 'linear-register']);
    assert.ok(Object.values(entry.milliseconds).every((time) => time > 0));
    assert.ok(Object.hasOwn(entry.milliseconds, entry.choice));
  }
  const description = device.adapterInfo;
  const entries = works.map(({ entry }) => ({ ...entry, choice: 'linear-register' }));
  const { vendor, architecture } = description;
  const adapter = { vendor, architecture, device: description.device, description: description.description };
  const tuned = { ...plan, tuning: [{ formatVersion: '1.0', adapter, entries } as const] };
  const model = await load({ plan: tuned, weights: { tensors } }, { device, maxBatch: 2, adapterClass: 'software' });
  assert.equal(
    model.info.kernels.map(({ kernel }) => kernel),
    ['linear-register', 'layer-norm-serial', 'linear-register', 'pool', 'linear-any'],
  );
  const { logits } = await model.run(images(2));
  const expected = answers(images(2), 2).logits;
  assert.ok(logits.every((value, index) => Math.abs(value - (expected[index] ?? 0)) < 1e-4));
  const [first] = tuned.dispatches;
  assert.ok(first);
  assert.is(tuningOf(tuned.tuning, { ...adapter, device: 'x' })(first, first.candidates, '2-7'), undefined);
});

test('what keeps a GPU busy is valid; a software adapter would take seconds to run it', async () => {
  const buffer = device.createBuffer({ size: 16, usage: BUFFER_USAGE.storage });
  device.pushErrorScope('validation');
  const busy = await createKeepBusy(device);
  const encoder = device.createCommandEncoder();
  busy.encode(encoder, buffer);
  encoder.finish();
  assert.is((await device.popErrorScope())?.message, undefined);
  busy.destroy();
  buffer.destroy();
});

test.run();
