/** `swinc export --to weights`: from one library to another. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layouts } from '../../compiler/weights/layouts/index.ts';
import { parseSafetensors } from '../../runtime/safetensors.ts';
import { readTensors } from '../support/checkpoints.ts';
import { swinc } from './command.ts';
import { temporaryFolder } from './temporary-folder.ts';

const test = suite('swinc export --to weights');
const { path: folder, remove } = temporaryFolder();
test.after(() => remove());

const file = 'test/data/checkpoints/timm-v2-micro.safetensors';
const toWeights = ['export', 'specs/micro/micro-swinv2.swin', '--to', 'weights'];

test('from timm to torchvision: the keys that torchvision saves, and nothing lost on the way back', async () => {
  const [there, back] = [join(folder, 'there.safetensors'), join(folder, 'back.safetensors')];
  const first = await swinc([...toWeights, '--layout', 'torchvision', '--weights', file, '-o', there]);
  assert.is(first.code, 0, first.stderr);
  assert.match(first.stderr, /timm's layout: 79 tensors as they are\nwrote .*75 tensors in torchvision's layout/);
  const isBuffer = (key: string): boolean => /relative_(position_index|coords_table)$/.test(key);
  const { tensors } = parseSafetensors(new Uint8Array(readFileSync(there)));
  const theirs = [...readTensors('torchvision-v2-micro').keys()].filter((key) => !isBuffer(key));
  assert.equal([...tensors.keys()].sort(), theirs.sort());
  const second = await swinc([...toWeights, '--layout', 'timm', '--weights', there, '-o', back]);
  assert.is(second.code, 0, second.stderr);
  const returned = parseSafetensors(new Uint8Array(readFileSync(back))).tensors;
  for (const [key, { data }] of readTensors('timm-v2-micro')) assert.equal(returned.get(key)?.data, data, key);
});

test('says what it wants', async () => {
  const output = join(folder, 'x.safetensors');
  const cases: readonly (readonly [parameters: readonly string[], complaint: RegExp])[] = [
    [['-o', output], /wants --weights/],
    [['--weights', file, '-o', output], /wants --layout: one of torchvision, hf, openmmlab, timm, microsoft/],
    [['--weights', 'synthetic', '--layout', 'timm', '-o', output], /wants the file of a checkpoint/],
    [['--weights', file, '--layout', 'jax', '-o', output], /Allowed choices are/],
    [['--weights', file, '--layout', 'timm', '-o', folder], /is a folder: name a file/],
  ];
  for (const [parameters, complaint] of cases) {
    const { stderr, code } = await swinc([...toWeights, ...parameters]);
    assert.is(code, 2, stderr);
    assert.match(stderr, complaint);
  }
});

test('help lists every layout', async () => {
  const { stdout } = await swinc(['export', '--help']);
  for (const name of Object.keys(layouts)) assert.ok(stdout.includes(`"${name}"`), name);
});

test.run();
