/** The guards of `check` see a kernel that leaves its buffers. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from './check.ts';

/** `add`, which takes its buffers for longer than they are. */
function addBeyond(lengths: { readonly inputs: number; readonly output: number }): Promise<void> {
  return check({
    kernel: 'add',
    constants: { ROWS: 2, K: 16 },
    inputs: { a: new Float32Array(lengths.inputs).fill(1), b: new Float32Array(lengths.inputs).fill(2) },
    workgroups: [1, 1, 1],
    expected: new Float64Array(lengths.output).fill(3),
    tolerance: 1e-6,
  });
}

const failure = (promise: Promise<void>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => String(error),
  );

test('a kernel within its buffers passes', () => addBeyond({ inputs: 32, output: 32 }));

test('what is read outside is not a number', async () => {
  assert.match(await failure(addBeyond({ inputs: 16, output: 32 })), /off by Infinity, NaN instead of 3 at 16/);
});

test('what is written outside is found', async () => {
  assert.match(await failure(addBeyond({ inputs: 32, output: 16 })), /the kernel wrote outside its output/);
});

test.run();
