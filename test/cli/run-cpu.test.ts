/** `swinc run --device cpu`: the references' answers by ONNX Runtime. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assertClose } from '../support/close.ts';
import { type CompiledGolden, fullSizeGoldens, microGoldens } from '../support/golden-specs.ts';
import { readGolden } from '../support/goldens.ts';
import { isFullRun } from '../support/scale.ts';
import { json, swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder }>('swinc run --device cpu');

const tolerance = 2e-5;
const onCpu = ['--input', 'synthetic', '--device', 'cpu'];

test.before.each((context) => {
  context.folder = temporaryFolder();
});

test.after.each(({ folder }) => folder.remove());

interface Answer {
  readonly adapter: { readonly class: string; readonly description: string };
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly logits: readonly (readonly number[])[];
  readonly stages: readonly { readonly shape: readonly number[]; readonly values: readonly number[] }[];
}

const specs: Readonly<Record<CompiledGolden, string>> = {
  'micro-swin': 'specs/micro/micro-swin.swin',
  'micro-swin-free': 'specs/micro/micro-swin-free.swin',
  'micro-swinv2': 'specs/micro/micro-swinv2.swin',
  'swin-t': 'specs/swin-t.swin',
  'swin-free-t': 'specs/swin-free-t.swin',
  'swin-free-t-br': 'specs/swin-free-br.swin#swin-free-t-br',
  'swin-free-b': 'specs/swin-free-b.swin',
};

for (const name of [...microGoldens, ...(isFullRun ? fullSizeGoldens : (['swin-t'] as const))]) {
  test(`${name} answers as the reference, stages and all`, async () => {
    const golden = readGolden(name);
    const batch = String(golden.inputShape[0]);
    const options = ['--weights', `synthetic:${golden.gain}`, '--batch', batch, '--stages', '--format', 'json'];
    const found = await json<Answer>(['run', specs[name], ...onCpu, ...options]);
    assert.is(found.adapter.class, 'cpu');
    assert.equal(found.shape, golden.logitsShape);
    assertClose(found.logits.flat(), golden.logits, tolerance, 'logits');
    golden.stages.forEach(({ index, value, shape }, stage) => {
      const map = found.stages[stage];
      assert.equal(map?.shape, shape);
      const sampled = index.map((flat) => map?.values[flat] ?? Number.NaN);
      assertClose(sampled, value, tolerance, `stage ${stage}`);
    });
  });
}

const micro = [specs['micro-swin'], '--weights', 'synthetic'];

test('images of several batches come back in one answer', async () => {
  const { stdout, stderr, code } = await swinc(['run', ...micro, ...onCpu, '--batch', '2']);
  assert.is(code, 0, stderr);
  assert.is(stderr, '');
  assert.match(stdout, /^micro-swin in f32 on ONNX Runtime .+, its CPU provider\nimage 1\n[\s\S]+\nimage 2\n/);
});

test('--dtype f16 runs there too', async () => {
  const found = await json<Answer>(['run', ...micro, ...onCpu, '--dtype', 'f16', '--format', 'json']);
  assert.is(found.dtype, 'f16');
});

test('a package holds nothing that it could run', async ({ folder }) => {
  const output = join(folder.path, 'package');
  assert.is((await swinc(['compile', ...micro, '-o', output])).code, 0);
  const { stderr, code } = await swinc(['run', output, ...onCpu]);
  assert.is(code, 2);
  assert.match(stderr, /a compiled package holds kernels of WebGPU alone: give its spec to --device cpu/);
});

test('where ONNX Runtime is missing, the way to it is said', async ({ folder }) => {
  const root = join(import.meta.dirname, '../..');
  for (const part of ['dist', 'specs']) cpSync(join(root, part), join(folder.path, part), { recursive: true });
  const { stderr, code } = await swinc(['run', ...micro, ...onCpu], {
    cwd: folder.path,
    command: join(folder.path, 'dist/swinc.mjs'),
  });
  assert.is(code, 2, stderr);
  assert.match(stderr, /which is not installed: `npm install onnxruntime-node`\n$/);
});

test.run();
