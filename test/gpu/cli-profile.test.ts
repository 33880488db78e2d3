/** `swinc profile` on the adapter of this process. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ShownProfile } from '../../compiler/cli/profile/text.ts';
import { json, swinc } from '../cli/command.ts';

const test = suite('swinc profile');

const spec = 'specs/micro/micro-swin.swin';

test('eager, without a pass, and planned: shares add up to one, and shifting is gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'swinc-'));
  const trace = join(folder, 'trace.json');
  const chosen = ['--eager', '--no-pass', 'fuse-epilogues', '--samples', '3', '--batch', '2', '--trace', trace];
  const shown = await json<ShownProfile>(['profile', spec, ...chosen, '--format', 'json']);
  const { traceEvents } = JSON.parse(await readFile(trace, 'utf8'));
  await rm(folder, { recursive: true });
  assert.equal([shown.model, shown.batch, shown.dtype], ['micro-swin', 2, 'f32']);
  assert.equal(
    shown.variants.map(({ name }) => name),
    ['eager', 'without fuse-epilogues', 'planned'],
  );
  for (const { kinds, steps, milliseconds, runMilliseconds, samples, clock } of shown.variants) {
    assert.ok(Math.abs(kinds.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
    assert.is(
      kinds.reduce((sum, { dispatches }) => sum + dispatches, 0),
      steps.length,
    );
    assert.ok(milliseconds > 0 && runMilliseconds > 0);
    assert.equal([samples, clock], [3, 'timestamps']);
  }
  const shifts = shown.variants.map(({ kinds }) => kinds.find(({ kind }) => kind === 'shifting')?.dispatches);
  assert.ok((shifts[0] ?? 0) > 0);
  assert.equal(shifts.slice(1), [0, 0]);
  assert.is(traceEvents.length, 3 + shown.variants.reduce((sum, { steps }) => sum + steps.length, 0));
});

test('text and Markdown have a row for each kind, and say by what they measured', async () => {
  for (const [format, pattern] of [
    ['text', /^ GEMM +\d+ +\S+ ms +[\d.]+ %$/m],
    ['markdown', /^\| GEMM \| \d+ \| \S+ ms \| [\d.]+ % \|$/m],
  ] as const) {
    const { stdout, stderr, code } = await swinc(['profile', spec, '--samples', '1', '--format', format]);
    assert.is(code, 0, stderr);
    assert.match(stdout, pattern);
    assert.match(stdout, /one run, by the GPU's timestamps/);
  }
});

test('a pass that there is not is refused before anything is measured', async () => {
  const { stdout, stderr, code } = await swinc(['profile', spec, '--no-pass', 'fold-norm']);
  assert.equal([stdout, code], ['', 2]);
  assert.match(stderr, /there is no pass fold-norm: they are cancel-shifts, .*; or `all`/);
});

test.run();
