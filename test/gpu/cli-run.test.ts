/** `swinc run` on the adapter of this process. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serialiseNpy } from '../../compiler/cli/npy.ts';
import { syntheticInput } from '../../compiler/weights/synthetic.ts';
import { json, swinc } from '../cli/command.ts';
import { type Folder, temporaryFolder } from '../cli/temporary-folder.ts';
import { testAdapter } from '../support/adapters.ts';
import { readCheckpoint } from '../support/checkpoints.ts';
import { assertClose } from '../support/close.ts';
import { readGolden } from '../support/goldens.ts';

const test = suite<{ folder: Folder }>('swinc run');

test.before.each((context) => {
  context.folder = temporaryFolder();
});

test.after.each(({ folder }) => folder.remove());

interface Answer {
  readonly model: string;
  readonly adapter: { readonly class: string; readonly description: string };
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly logits: readonly (readonly number[])[];
  readonly top: readonly (readonly { readonly index: number; readonly label?: string; readonly score: number }[])[];
  readonly features?: readonly {
    readonly stage: number;
    readonly shape: readonly number[];
    readonly values: readonly number[];
  }[];
  readonly stages?: readonly { readonly shape: readonly number[]; readonly values: readonly number[] }[];
  readonly milliseconds: Readonly<Record<string, number>>;
}

const spec = 'specs/micro/micro-swin.swin';
const golden = readGolden('micro-swin');
const tolerance = 2e-5;

const answer = (...parameters: readonly string[]): Promise<Answer> =>
  json(['run', ...parameters, '--device', 'webgpu', '--format', 'json']);
const synthetic = ['--weights', `synthetic:${golden.gain}`, '--input', 'synthetic'];

test('a spec with synthetic weights answers as the reference, stages and all', async () => {
  const batch = String(golden.inputShape[0]);
  const found = await answer(spec, ...synthetic, '--batch', batch, '--stages');
  assert.equal(Object.keys(found), ['model', 'adapter', 'dtype', 'shape', 'logits', 'top', 'stages', 'milliseconds']);
  assert.is(found.model, 'micro-swin');
  assert.is(found.dtype, 'f32');
  assert.equal(found.shape, golden.logitsShape);
  assertClose(found.logits.flat(), golden.logits, tolerance, 'logits');
  assert.is(found.stages?.length, golden.stages.length);
  golden.stages.forEach(({ index, value, shape }, stage) => {
    const { shape: foundShape, values = [] } = found.stages?.[stage] ?? {};
    assert.equal(foundShape, shape);
    assertClose(
      index.map((flat) => values[flat] ?? Number.NaN),
      value,
      tolerance,
      `stage ${stage}`,
    );
  });
  assert.equal(Object.keys(found.milliseconds), ['load', 'compile', 'first', 'run']);
  for (const [name, time] of Object.entries(found.milliseconds)) assert.ok(time > 0, name);
});

test('scores are probabilities, the likeliest first', async () => {
  const { top, logits } = await answer(spec, ...synthetic, '--batch', '2', '--top', '3');
  assert.is(top.length, 2);
  for (const [image, classes] of top.entries()) {
    assert.is(classes.length, 3);
    const row = logits[image] ?? [];
    assert.is(classes[0]?.index, row.indexOf(Math.max(...row)));
    const scores = classes.map(({ score }) => score);
    assert.equal(
      scores,
      [...scores].sort((left, right) => right - left),
    );
  }
  const { top: all } = await answer(spec, ...synthetic, '--top', '10');
  assertClose([all[0]?.reduce((sum, { score }) => sum + score, 0) ?? 0], [1], 1e-6, 'the sum of all scores');
});

test('a .npy file is the input, in batches of any size', async ({ folder }) => {
  const shape = [3, ...golden.inputShape.slice(1)];
  const path = join(folder.path, 'input.npy');
  writeFileSync(path, serialiseNpy({ shape, data: syntheticInput(shape) }));
  const whole = await answer(spec, '--weights', 'synthetic', '--input', path);
  const parts = await answer(spec, '--weights', 'synthetic', '--input', path, '--batch', '2', '--stages');
  assert.equal(whole.shape, [3, 10]);
  assert.equal(parts.shape, [3, 10]);
  assertClose(parts.logits.flat(), whole.logits.flat(), 1e-6, 'logits');
  assert.equal(parts.stages?.[0]?.shape, [3, 256, 16]);
});

test('an array of another shape is refused', async ({ folder }) => {
  const path = join(folder.path, 'input.npy');
  writeFileSync(path, serialiseNpy({ shape: [1, 3, 8, 8], data: new Float32Array(192) }));
  const { stderr, code } = await swinc(['run', spec, '--weights', 'synthetic', '--input', path]);
  assert.is(code, 2);
  assert.match(stderr, /input\.npy is \[1, 3, 8, 8\]; the model takes \[images, 3, 32, 32\]/);
});

test('a checkpoint answers as its library', async () => {
  const { path, expected } = readCheckpoint('microsoft-micro');
  for (const { shape, logits } of expected) {
    const found = await answer(spec, '--weights', path, '--input', 'synthetic', '--batch', String(shape[0]));
    assertClose(found.logits.flat(), logits.flat(), tolerance, 'logits');
  }
});

test('pictures are classified, by name and with labels', async ({ folder }) => {
  const labels = join(folder.path, 'labels.txt');
  writeFileSync(labels, Array.from({ length: 10 }, (_, index) => `thing ${index}\n`).join(''));
  const pictures = ['test/data/images/chelsea.png', 'test/data/images/coffee.png'];
  const parameters = [spec, '--weights', 'synthetic', '--image', ...pictures, '--labels', labels];
  const { shape, top } = await answer(...parameters);
  assert.equal(shape, [2, 10]);
  assert.is(top[0]?.length, 5);
  for (const { index, label } of top.flat()) assert.is(label, `thing ${index}`);
  const { stdout, code } = await swinc(['run', ...parameters]);
  assert.is(code, 0);
  assert.match(
    stdout,
    /^micro-swin in f32 on .+\ntest\/data\/images\/chelsea\.png\n +\d+\.\d\d % {2}thing \d \(\d\)\n/,
  );
  assert.match(stdout, /\nloaded in .+, first run .+ a run\n$/);
});

test('labels that are not as many as the classes are refused', async ({ folder }) => {
  const labels = join(folder.path, 'labels.json');
  writeFileSync(labels, '["one", "two"]');
  const { stderr, code } = await swinc(['run', spec, ...synthetic, '--labels', labels]);
  assert.is(code, 2);
  assert.match(stderr, /labels\.json has 2 labels; the model has 10 classes/);
});

test('features are whole maps with their stage', async () => {
  const { features = [], shape } = await answer('specs/micro/micro-features.swin', ...synthetic, '--batch', '2');
  assert.equal(shape, [2, 10]);
  assert.equal(
    features.map(({ stage, shape }) => [stage, ...shape]),
    [
      [1, 2, 16, 16, 16],
      [2, 2, 8, 8, 32],
    ],
  );
  for (const { shape, values } of features)
    assert.is(
      values.length,
      shape.reduce((product, side) => product * side, 1),
    );
});

test('a model without a head answers with its vector, which has no likeliest class', async () => {
  const { shape, logits, top } = await answer('specs/micro/micro-no-head.swin', ...synthetic);
  assert.is(logits[0]?.length, shape[1]);
  assert.equal(top, [[]]);
  const { stdout } = await swinc(['run', 'specs/micro/micro-no-head.swin', ...synthetic]);
  assert.match(stdout, /a vector of 32 values/);
});

test('a package answers as its spec, and takes no other weights', async ({ folder }) => {
  const output = join(folder.path, 'package');
  assert.is((await swinc(['compile', spec, '-o', output, '--weights', `synthetic:${golden.gain}`])).code, 0);
  const batch = String(golden.inputShape[0]);
  const found = await answer(output, '--input', 'synthetic', '--batch', batch);
  assertClose(found.logits.flat(), golden.logits, tolerance, 'logits');
  const { stderr, code } = await swinc(['run', output, ...synthetic]);
  assert.is(code, 2);
  assert.match(stderr, /brings its own weights/);
  const halves = await swinc(['run', output, '--input', 'synthetic', '--dtype', 'f16']);
  assert.is(halves.code, 2);
  assert.match(halves.stderr, /compiled for f32/);
});

test('--dtype f16 runs where the adapter has halves, and says so where it does not', async () => {
  const parameters = ['run', spec, ...synthetic, '--dtype', 'f16', '--format', 'json'];
  const { stdout, stderr, code } = await swinc(parameters);
  if (testAdapter() === 'swiftshader') {
    assert.is(code, 3);
    assert.match(stderr, /^swinc: micro-swin was compiled for f16 and needs shader-f16/m);
    return;
  }
  assert.is(code, 0, stderr);
  const found: Answer = JSON.parse(stdout);
  assert.is(found.dtype, 'f16');
  assertClose(found.logits.flat(), golden.logits.subarray(0, 10), 5e-3, 'logits');
});

test('--device auto runs on WebGPU, and says what is faster where that is a software renderer', async () => {
  const { stderr, stdout, code } = await swinc(['run', spec, ...synthetic, '--format', 'json']);
  assert.is(code, 0, stderr);
  const { adapter }: Answer = JSON.parse(stdout);
  assert.is(adapter.class === 'software', /--device cpu is about \d+ times as fast/.test(stderr), stderr);
  assert.is.not(adapter.class, 'cpu');
});

test('--device webgpu takes what WebGPU finds, and nothing in its place', async () => {
  assert.is((await swinc(['run', spec, ...synthetic, '--device', 'webgpu'])).code, 0);
  const environment = { VK_ICD_FILENAMES: '/nonexistent.json', VK_DRIVER_FILES: '/nonexistent.json' };
  const { stdout, stderr, code } = await swinc(['run', spec, ...synthetic, '--device', 'webgpu'], { environment });
  assert.is(code, 3);
  assert.is(stdout, '');
  assert.match(stderr, /swinc: WebGPU found no adapter; --device auto falls back/);
});

test.run();
