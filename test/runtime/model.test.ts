/** `load` and what it gives: a small plan from weights to answers, and every way in which it may fail. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { create } from 'webgpu';
import { RuntimeError, type RuntimeErrorCode } from '../../runtime/errors.ts';
import type { LoadOptions, ModelSource } from '../../runtime/load.ts';
import { load } from '../../runtime/node.ts';
import type { Plan } from '../../runtime/plan.ts';
import { fromFloat32, serialiseSafetensors } from '../../runtime/safetensors.ts';
import { device, hasHalves } from './check.ts';
import { answers, imageLength, images, plan, tensors } from './small-model.ts';

const source: ModelSource = { plan, weights: serialiseSafetensors(tensors) };

function close(actual: Float32Array | undefined, expected: Float64Array, what: string): void {
  assert.is(actual?.length, expected.length, what);
  const largest = Math.max(...expected.map(Math.abs));
  const error = Math.max(...expected.map((value, index) => Math.abs(value - (actual?.[index] ?? Number.NaN))));
  assert.ok(error < 1e-5 * largest, `${what} is off by ${error}`);
}

async function rejects(work: Promise<unknown>, code: RuntimeErrorCode, pattern: RegExp): Promise<void> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.instance(error, RuntimeError);
  if (error instanceof RuntimeError) {
    assert.is(error.code, code, error.message);
    assert.match(error.message, pattern);
  }
}

test('every batch up to maxBatch has the reference answers, in any order', async () => {
  await using model = await load(source, { maxBatch: 3, taps: true });
  for (const batch of [1, 3, 2, 3, 1]) {
    const input = images(batch);
    const expected = answers(input, batch);
    const result = await model.run(input);
    assert.equal(result.shape, [batch, 5]);
    close(result.logits, expected.logits, `logits of ${batch}`);
    assert.equal(
      result.features.map(({ stage, shape }) => ({ stage, shape })),
      [{ stage: 1, shape: [batch, 16, 12] }],
    );
    close(result.features[0]?.values, expected.mixed, 'features');
    assert.equal(
      result.stages?.map(({ stage }) => stage),
      [0, 1],
    );
    close(result.stages?.[0]?.values, expected.patches, 'the patch embedding');
    close(result.stages?.[1]?.values, expected.mixed, 'stage 1');
  }
});

test('without taps there are no stages, and slots are shared', async () => {
  await using model = await load(source);
  await using tapped = await load(source, { taps: true });
  const result = await model.run(images(1));
  assert.is(result.stages, undefined);
  close(result.logits, answers(images(1), 1).logits, 'logits');
  assert.ok(model.info.bytes.total < tapped.info.bytes.total);
});

test('runs that are asked for at once all answer, each its own', async () => {
  await using model = await load(source, { maxBatch: 2 });
  const all = await Promise.all([1, 2, 1].map((batch) => model.run(images(batch))));
  assert.equal(
    all.map(({ shape }) => shape[0]),
    [1, 2, 1],
  );
  close(all[1]?.logits, answers(images(2), 2).logits, 'the second');
});

test('info says what runs where', async () => {
  const phases = new Set<string>();
  await using model = await load(source, {
    onProgress: ({ phase, done, total }) => phases.add(`${phase} ${done}/${total}`),
  });
  const { info } = model;
  assert.is(info.adapter.class, 'software');
  assert.is(info.elementType, 'f32');
  assert.equal(
    info.kernels.map(({ op, kernel }) => `${op}: ${kernel}`),
    ['patches: linear-any', 'norm: layer-norm-serial', 'mix: linear-any', 'mean: pool', 'head: linear-any'],
  );
  assert.ok(info.bytes.weights > 0 && info.milliseconds.load >= info.milliseconds.compile);
  assert.ok(phases.has('pipelines 5/5') && phases.has('weights 4/4'));
});

test('classify takes one picture, or more than a batch', async () => {
  await using model = await load(source, { maxBatch: 2 });
  const picture = { width: 9, height: 8, data: new Uint8Array(9 * 8 * 3).map((_, index) => (index * 37) % 256) };
  const one = await model.classify(picture, { topK: 3 });
  assert.is(one.length, 3);
  assert.ok((one[0]?.score ?? 0) >= (one[1]?.score ?? 1));
  const many = await model.classify([picture, picture, picture], { topK: 3 });
  assert.is(many.length, 3);
  for (const classes of many) {
    assert.equal(
      classes.map(({ index }) => index),
      one.map(({ index }) => index),
    );
  }
});

test('an input of the wrong length is refused', async () => {
  await using model = await load(source, { maxBatch: 2 });
  await rejects(model.run(new Float32Array(imageLength - 1)), 'invalid-input', /191 values/);
  await rejects(model.run(new Float32Array(0)), 'invalid-input', /0 values/);
  await rejects(model.run(images(3)), 'invalid-input', /3 images.*maxBatch 2/);
  close((await model.run(images(1))).logits, answers(images(1), 1).logits, 'the run after');
});

test('weights that do not fit the plan are refused', async () => {
  const without = new Map([...tensors].filter(([name]) => name !== 'mix.bias'));
  const refused = (changed: Parameters<typeof serialiseSafetensors>[0], pattern: RegExp) =>
    rejects(load({ plan, weights: serialiseSafetensors(changed) }), 'invalid-weights', pattern);
  await refused(without, /lack mix\.bias/);
  const half = fromFloat32(new Float32Array(12), [12], 'F16');
  await refused(new Map([...without, ['mix.bias', half]]), /mix\.bias is F16; the plan asks for F32/);
  const longer = fromFloat32(new Float32Array(13), [13], 'F32');
  await refused(new Map([...without, ['mix.bias', longer]]), /\[13\]; the plan asks for \[12\]/);
  await rejects(load({ plan, weights: new Uint8Array(3) }), 'invalid-weights', /safetensors/);
});

test('a plan that is none, or is not sound, is refused', async () => {
  const refused = (changed: unknown, pattern: RegExp) =>
    rejects(load({ ...source, plan: changed as Plan }), 'invalid-plan', pattern);
  await refused(null, /the plan is no object/);
  await refused({ ...plan, formatVersion: '2.0' }, /format version 2\.0/);
  await refused({ ...plan, outputs: [] }, /logits/);
  await refused({ ...plan, input: 99 }, /names buffer 99 of 10/);
  await refused({ ...plan, buffers: [...plan.buffers, ...plan.buffers] }, /one name/);
  const [first, ...rest] = plan.dispatches;
  const [candidate] = first?.candidates ?? [];
  const altered = (change: object) => ({
    ...plan,
    dispatches: [{ ...first, candidates: [{ ...candidate, ...change }] }, ...rest],
  });
  await refused(altered({ kernel: 'unheard-of' }), /unheard-of/);
  await refused(altered({ constants: { LENGTH: 4 } }), /declares no LENGTH/);
  await refused({ ...plan, dispatches: [{ ...first, candidates: [] }] }, /no kernel/);
  await refused({ ...plan, dispatches: [{ ...first, bindings: { y: 0, output: 5 } }] }, /binds y/);
  await refused({ ...plan, dispatches: [{ ...first, bindings: { x: 0 } }] }, /nothing to output/);
});

test('what the device cannot do is said with figures', async () => {
  const huge = {
    ...plan,
    buffers: plan.buffers.map((buffer) => ({
      ...buffer,
      shape: buffer.role === 'activation' ? [2 ** 40] : buffer.shape,
    })),
  };
  await rejects(load({ ...source, plan: huge }), 'limit-exceeded', /needs \d+ bytes for a batch of 1.* at most \d+/);
  await rejects(
    load(source, { maxBatch: 70_000 }),
    'limit-exceeded',
    /workgroups for a batch of 70000.* at most 65535/,
  );
  await rejects(load(source, { maxBatch: 0 }), 'invalid-input', /maxBatch is 0/);
  await rejects(
    load(source, { gpu: { requestAdapter: async () => null } as unknown as GPU }),
    'no-adapter',
    /no adapter/,
  );
  if (!hasHalves) {
    await rejects(load({ ...source, plan: { ...plan, elementType: 'f16' } }), 'missing-feature', /shader-f16.*f32/);
  }
});

test('a kernel that does not compile is named', async () => {
  const kernels = { 'linear-any': 'const ROWS: u32 = 1;\n@compute @workgroup_size(1) fn main() { oops }' };
  const broken = {
    ...plan,
    dispatches: plan.dispatches.slice(0, 1).map((dispatch) => ({
      ...dispatch,
      bindings: {},
      candidates: dispatch.candidates.map((candidate) => ({ ...candidate, constants: {} })),
    })),
  };
  await rejects(
    load({ ...source, plan: broken, kernels }),
    'device-failed',
    /linear-any did not compile.*oops|expected/s,
  );
});

test('a signal stops a load and a run', async () => {
  const reason = new Error('enough');
  const caught = async (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => error,
    );
  assert.is(await caught(load(source, { signal: AbortSignal.abort(reason) })), reason);
  await using model = await load(source);
  assert.is(await caught(model.run(images(1), { signal: AbortSignal.abort(reason) })), reason);
  const controller = new AbortController();
  const running = caught(model.run(images(1), { signal: controller.signal }));
  controller.abort(reason);
  assert.is(await running, reason);
  close((await model.run(images(1))).logits, answers(images(1), 1).logits, 'the run after');
});

test('a model that was disposed of says so', async () => {
  const model = await load(source);
  await model[Symbol.asyncDispose]();
  await rejects(model.run(images(1)), 'disposed', /disposed/);
  await model[Symbol.asyncDispose]();
});

async function borrowedDevice(): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter();
  assert.ok(adapter);
  return adapter.requestDevice();
}

const gpu = create([]);

test('a device of the caller stays his', async () => {
  const options: LoadOptions = { device };
  const model = await load(source, options);
  close((await model.run(images(1))).logits, answers(images(1), 1).logits, 'on the device');
  await model[Symbol.asyncDispose]();
  await using again = await load(source, options);
  close((await again.run(images(1))).logits, answers(images(1), 1).logits, 'on the device again');
});

test('after the device is lost every call rejects', async () => {
  const own = await borrowedDevice();
  const model = await load(source, { device: own });
  await model.run(images(1));
  own.destroy();
  await rejects(model.run(images(1)), 'device-lost', /lost/);
  await rejects(model.run(images(1)), 'device-lost', /lost/);
  assert.is((await model.lost).code, 'device-lost');
  await rejects(load(source, { device: own }), 'device-lost', /lost/);
  await model[Symbol.asyncDispose]();
});

test('a device that is lost during a run rejects that run', async () => {
  const own = await borrowedDevice();
  const model = await load(source, { device: own });
  const running = model.run(images(1));
  await Promise.resolve();
  own.destroy();
  await rejects(running, 'device-lost', /lost/);
});

test.run();
