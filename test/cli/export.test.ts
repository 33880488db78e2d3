import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assertClose } from '../support/close.ts';
import { readGolden } from '../support/goldens.ts';
import { openSession } from '../support/onnx.ts';
import { readOnnx } from '../support/onnx-reader.ts';
import { swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder; output: string }>('swinc export');

const spec = 'specs/micro/micro-swin.swin';
const golden = readGolden('micro-swin');
const weights = ['--weights', `synthetic:${golden.gain}`];
const export_ = ['export', spec, '--to', 'onnx'];

test.before.each((context) => {
  context.folder = temporaryFolder();
  context.output = join(context.folder.path, 'made/on/the/way/model.onnx');
});

test.after.each(({ folder }) => folder.remove());

test('--to onnx writes a file that answers as the reference', async ({ output }) => {
  const { stdout, stderr, code } = await swinc([...export_, ...weights, '-o', output]);
  assert.is(code, 0, stderr);
  assert.is(stdout, '');
  assert.match(stderr, /^wrote .+model\.onnx: 2\d\d\.\d KB, \d+ nodes, f32\n$/);
  const session = await openSession(output);
  const answers = await session.run(golden.inputShape);
  assertClose(answers.get('logits')?.values ?? [], golden.logits, 2e-5, 'logits');
  await session.release();
});

test('the file says which model it is and how images become its input', async ({ output }) => {
  await swinc([...export_, ...weights, '-o', output]);
  const { metadata } = readOnnx(new Uint8Array(readFileSync(output)));
  const { stdout: text } = await swinc(['resolve', spec]);
  const hash = createHash('sha256').update(text).digest('hex');
  assert.equal(metadata, {
    'swinc.spec': text,
    'swinc.spec.sha256': hash,
    'swinc.weights': `synthetic:${golden.gain}`,
    'preprocess.resize': '37',
    'preprocess.crop': '[32,32]',
    'preprocess.interpolation': 'bicubic',
    'preprocess.mean': '[0.485,0.456,0.406]',
    'preprocess.std': '[0.229,0.224,0.225]',
  });
});

test('the same input gives the same bytes, also over the file of before', async ({ folder, output }) => {
  const other = join(folder.path, 'other.onnx');
  for (const path of [output, other, other]) await swinc([...export_, ...weights, '-o', path]);
  assert.equal(readFileSync(other), readFileSync(output));
  assert.equal(readdirSync(folder.path).sort(), ['made', 'other.onnx']);
});

test('--dtype f16 halves the weights', async ({ folder, output }) => {
  const halves = join(folder.path, 'halves.onnx');
  await swinc([...export_, ...weights, '-o', output]);
  await swinc([...export_, ...weights, '--dtype', 'f16', '-o', halves]);
  const typesOf = (path: string) =>
    new Map(readOnnx(new Uint8Array(readFileSync(path))).tensors.map(({ name, type }) => [name, type]));
  const [single, half] = [1, 10];
  const weight = 'layers.0.blocks.0.mlp.fc1.weight';
  assert.equal([typesOf(output).get(weight), typesOf(halves).get(weight)], [single, half]);
  const session = await openSession(halves);
  const answers = await session.run(golden.inputShape);
  assertClose(answers.get('logits')?.values ?? [], golden.logits, 5e-3, 'logits');
  await session.release();
});

test('--to triton writes a repository, and says how far it was checked', async ({ folder }) => {
  const features = 'specs/micro/micro-features.swin';
  const { stderr, code } = await swinc(['export', features, '--to', 'triton', ...weights, '-o', folder.path]);
  assert.is(code, 0, stderr);
  assert.match(stderr, /no Triton server has run it: its format alone is checked/);
  const model = join(folder.path, 'micro-features');
  assert.equal(readdirSync(model).sort(), ['1', 'config.pbtxt']);
  const { inputs, outputs } = readOnnx(new Uint8Array(readFileSync(join(model, '1/model.onnx'))));
  const port = (name: string, dims: string): string =>
    `  {\n    name: "${name}"\n    data_type: TYPE_FP32\n    dims: [ ${dims} ]\n  }`;
  assert.equal([...inputs, ...outputs], ['pixel_values', 'logits', 'features_1', 'features_2']);
  const expected = [
    'name: "micro-features"',
    'backend: "onnxruntime"',
    'max_batch_size: 32',
    `input [\n${port('pixel_values', '3, 32, 32')}\n]`,
    `output [\n${[port('logits', '10'), port('features_1', '16, 16, 16'), port('features_2', '8, 8, 32')].join(',\n')}\n]`,
    'dynamic_batching {\n  max_queue_delay_microseconds: 100\n}',
    '',
  ];
  assert.is(readFileSync(join(model, 'config.pbtxt'), 'utf8'), expected.join('\n'));
});

test('without --weights they are synthetic, which is said', async ({ output }) => {
  const { stderr, code } = await swinc([...export_, '-o', output]);
  assert.is(code, 0);
  assert.match(stderr, /synthetic:1, for want of --weights/);
});

test('what cannot be written is said, and nothing is left behind', async ({ folder }) => {
  const taken = join(folder.path, 'taken');
  mkdirSync(taken);
  const cases: readonly (readonly [parameters: readonly string[], complaint: RegExp])[] = [
    [[...export_, '-o', taken], /taken is a folder: name a file/],
    [[...export_], /required option '-o, --output <path>'/],
    [['export', spec, '-o', 'x'], /required option '--to <target>'/],
    [['export', spec, '--to', 'tflite', '-o', 'x'], /Allowed choices are onnx, triton, pytorch, weights/],
    [[...export_, '--weights', 'nowhere.safetensors', '-o', join(folder.path, 'x')], /no such file/],
  ];
  for (const [parameters, complaint] of cases) {
    const { stderr, code } = await swinc(parameters);
    assert.is(code, 2, stderr);
    assert.match(stderr, complaint);
  }
  assert.equal(readdirSync(folder.path), ['taken']);
  assert.not(existsSync('x'));
});

test.run();
