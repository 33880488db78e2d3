/** `swinc diff --bench` on the adapter of this process. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Difference } from '../../compiler/diff/difference.ts';
import { json, swinc } from '../cli/command.ts';

const test = suite('swinc diff --bench');

const operands = ['specs/micro/micro-swin.swin', 'specs/micro/micro-swin-free.swin'];

test('both are measured as often, and the difference is called significant by its p alone', async () => {
  const { latency } = await json<Difference>(['diff', ...operands, '--bench', '--format', 'json']);
  assert.ok(latency);
  const change = ['from', 'to', 'ratio', 'ratioInterval', 'p', 'significant'];
  assert.equal(Object.keys(latency), ['adapter', ...change, 'processor']);
  assert.equal(Object.keys(latency.processor ?? {}), change);
  assert.ok(latency.from.samples.length >= 10);
  assert.is(latency.from.samples.length, latency.to.samples.length);
  assert.is(latency.significant, latency.p <= 0.05);
});

test('a device that is asked for and is not there is no difference', async () => {
  const environment = { VK_ICD_FILENAMES: '/nonexistent.json', VK_DRIVER_FILES: '/nonexistent.json' };
  const ended = await swinc(['diff', ...operands, '--bench', '--device', 'webgpu'], { environment });
  assert.equal([ended.code, ended.stdout], [3, '']);
  assert.match(ended.stderr, /WebGPU found no adapter; --device auto falls back/);
});

test('without an adapter the command starts itself again with the software one', async () => {
  const environment = {
    VK_ICD_FILENAMES: '/nonexistent.json',
    VK_DRIVER_FILES: '/nonexistent.json',
    SWINC_SOFTWARE_ADAPTER: undefined,
  };
  const { stdout, stderr, code } = await swinc(['diff', ...operands, '--bench'], { environment });
  assert.is(code, 0, stderr);
  assert.match(stderr, /going on with SwiftShader/);
  assert.match(stdout, /\nlatency {2}on SwiftShader.*\n {2}[\d.]+ ms \([\d.]+ ms to [\d.]+ ms\) → .* (~|%) /);
  assert.match(stdout, /\n {2}[\d.]+ ms .* → .* (~|%) .* of the processor\n/);
  assert.is(stdout.match(/^fields/gm)?.length, 1);
});

test.run();
