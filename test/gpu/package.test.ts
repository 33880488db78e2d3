/** A compiled package in a process that knows nothing of the compiler. */
import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { syntheticInput } from '../../compiler/weights/synthetic.ts';
import { type Folder, temporaryFolder } from '../cli/temporary-folder.ts';
import { assertClose } from '../support/close.ts';
import { readGolden } from '../support/goldens.ts';
import { emit, writeFiles } from '../targets/emit.ts';

const test = suite<{ folder: Folder }>('a compiled package');

test.before.each((context) => {
  context.folder = temporaryFolder();
});

test.after.each(({ folder }) => folder.remove());

const webgpu = dirname(fileURLToPath(import.meta.resolve('webgpu/package.json')));

/** Outside of the checkout, with `webgpu` alone installed. */
async function install(folder: string, name: string): Promise<void> {
  writeFiles(join(folder, 'out'), await emit(name));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(webgpu, join(folder, 'node_modules/webgpu'));
}

const program = `
import { readFileSync } from 'node:fs';
import { info, load } from './out/model.js';

const { data, maxBatch } = JSON.parse(readFileSync(0, 'utf8'));
const model = await load({ maxBatch });
const { logits, shape, features } = await model.run(Float32Array.from(data));
const classes = await model.classify({ width: 40, height: 30, data: new Uint8Array(40 * 30 * 3).fill(99) }, { topK: 2 });
await model[Symbol.asyncDispose]();
const maps = features.map((map) => ({ stage: map.stage, shape: map.shape, length: map.values.length }));
process.stdout.write(JSON.stringify({ info, logits: [...logits], shape, features: maps, classes }));
`;

interface Answer {
  readonly info: { readonly name: string; readonly classes: number; readonly features: readonly unknown[] };
  readonly logits: readonly number[];
  readonly shape: readonly number[];
  readonly features: readonly { readonly stage: number; readonly shape: readonly number[]; readonly length: number }[];
  readonly classes: readonly { readonly index: number; readonly score: number }[];
}

async function runIn(folder: string, inputShape: readonly number[]): Promise<Answer> {
  writeFileSync(join(folder, 'program.mjs'), program);
  const running = promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder, maxBuffer: 2 ** 26 });
  running.child.stdin?.end(JSON.stringify({ data: [...syntheticInput(inputShape)], maxBatch: inputShape[0] }));
  return JSON.parse((await running).stdout);
}

for (const name of ['micro-swin', 'micro-swin-free'] as const) {
  test(`${name} answers as the reference`, async ({ folder }) => {
    await install(folder.path, name);
    const golden = readGolden(name);
    const { info, logits, shape, classes } = await runIn(folder.path, golden.inputShape);
    assert.is(info.name, name);
    assert.equal(shape, golden.logitsShape);
    assertClose(logits, golden.logits, 2e-5, 'logits');
    assert.is(classes.length, 2);
  });
}

test('features come with the shapes that `info` and the types promise', async ({ folder }) => {
  await install(folder.path, 'micro-features');
  const { info, features } = await runIn(folder.path, [2, 3, 32, 32]);
  const promised = features.map(({ stage, shape: [, ...shape] }) => ({ stage, shape }));
  assert.equal(info.features, promised);
  for (const { shape, length } of features) assert.is(length, product(shape));
});

function product(shape: readonly number[]): number {
  return shape.reduce((total, side) => total * side, 1);
}

test.run();
