/** `swinc demo` on the adapter of this process, and what its figures say of the weights. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { swinc } from '../cli/command.ts';
import { testAdapter } from '../support/adapters.ts';

testAdapter();

const example = new URL('../../examples/fashion/', import.meta.url);
const accuracy: { readonly weights: string; readonly right: number; readonly images: number } = JSON.parse(
  readFileSync(new URL('accuracy.json', example), 'utf8'),
);

test('the accuracy was measured of the weights that are here', () => {
  const weights = readFileSync(new URL('weights.safetensors', example));
  assert.is(accuracy.weights, `sha256:${createHash('sha256').update(weights).digest('hex')}`);
});

test('the trained model is right about most of the pictures', async () => {
  const { stdout, stderr, code } = await swinc(['demo']);
  assert.is(code, 0, stderr);
  assert.match(stdout, `${((100 * accuracy.right) / accuracy.images).toFixed(2)} % of 10,000`);
  const [, right = '0', count = '0'] = /(\d+) of (\d+) right/.exec(stdout) ?? [];
  assert.is(Number(count), 20);
  assert.ok(Number(right) >= 15, stdout);
});

test.run();
