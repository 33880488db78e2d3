/** `swinc import` as its users see it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSafetensors } from '../../runtime/safetensors.ts';
import { swinc } from './command.ts';
import { temporaryFolder } from './temporary-folder.ts';

const test = suite('swinc import');
test.after(() => remove());

const { path: folder, remove } = temporaryFolder();
const swin = ['--spec', 'specs/micro/micro-swin.swin'] as const;
const swinFree = ['--spec', 'specs/micro/micro-swin-free.swin'] as const;
const file = (name: string): string => `test/data/checkpoints/${name}.safetensors`;

test('reports the layout, and writes the canonical names with where they come from', async () => {
  const output = join(folder, 'weights.safetensors');
  const { stdout, stderr, code } = await swinc(['import', file('torchvision-micro'), ...swin, '-o', output]);
  assert.is(code, 0, stderr);
  assert.match(stdout, /^torchvision's layout: 63 tensors as they are\nleft out 4 buffers/);
  assert.match(stderr, /wrote .*weights\.safetensors: 63 tensors/);
  const { tensors, metadata } = parseSafetensors(new Uint8Array(readFileSync(output)));
  assert.ok(tensors.has('layers.1.blocks.0.mlp.fc1.weight'));
  assert.is(metadata['swinc.layout'], 'torchvision');
  assert.match(metadata['swinc.source'] ?? '', /^sha256:[0-9a-f]{64}$/);
  assert.is(JSON.parse(metadata['swinc.preprocess'] ?? '').resize, 37);
  const again = await swinc(['import', output, ...swin, '--format', 'json', '--strict']);
  assert.is(again.code, 0, again.stderr);
  const { formatVersion, format, layout, mapped, interpolated, dropped } = JSON.parse(again.stdout);
  assert.equal([formatVersion, format, layout, mapped], ['1.0', 'safetensors', 'microsoft', 63]);
  assert.equal([interpolated, dropped], [[], []]);
});

test('weights remember how their library prepares images, also when they are imported again', async () => {
  const [first, second] = [join(folder, 'first.safetensors'), join(folder, 'second.safetensors')];
  const { stdout } = await swinc(['import', file('timm-micro'), ...swin, '-o', first]);
  assert.match(stdout, /\npreprocess: timm's: resize the shorter side to 35, crop 32x32, bicubic, mean \[0\.485, /);
  const again = await swinc(['import', first, ...swin, '-o', second]);
  assert.match(again.stdout, /\npreprocess: as recorded in the weights: resize the shorter side to 35, /);
  const { metadata } = parseSafetensors(new Uint8Array(readFileSync(second)));
  const before = parseSafetensors(new Uint8Array(readFileSync(first))).metadata;
  assert.equal(metadata, before);
});

test('--dtype f16 halves the file', async () => {
  const output = join(folder, 'halves.safetensors');
  const { code, stderr } = await swinc(['import', file('timm-micro'), ...swin, '-o', output, '--dtype', 'f16']);
  assert.is(code, 0, stderr);
  const { tensors } = parseSafetensors(new Uint8Array(readFileSync(output)));
  assert.equal([...new Set([...tensors.values()].map(({ dtype }) => dtype))], ['F16']);
});

test('bias tables of another window are resized and reported, and refused under --strict', async () => {
  const resized = await swinc(['import', file('microsoft-micro'), ...swinFree]);
  assert.is(resized.code, 0);
  assert.match(resized.stdout, /interpolated 2 bias tables from windows of 4x4 to 8x8/);
  const strict = await swinc(['import', file('microsoft-micro'), ...swinFree, '--strict']);
  assert.is(strict.code, 2);
  assert.is(strict.stdout, '');
  assert.match(strict.stderr, /is for windows of 4x4 and not 8x8, which --strict refuses/);
});

test('a checkpoint of another model is refused by the names of what is missing', async () => {
  const { code, stderr } = await swinc(['import', file('timm-micro'), '--spec', 'specs/micro/micro-swinv2.swin']);
  assert.is(code, 2);
  assert.match(
    stderr,
    /timm-micro\.safetensors: .*layers\.0\.blocks\.0\.attn\.q_bias \[16\] is missing; .*and \d+ more/,
  );
});

test.run();
