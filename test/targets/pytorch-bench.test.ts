/** The PyTorch benchmark writes what `swinc bench` writes. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BenchReport } from '../../compiler/cli/bench/report.ts';
import type { Result } from '../../compiler/cli/bench/result.ts';
import { emitPytorch } from '../../compiler/targets/pytorch/emit-pytorch.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { specModel } from '../support/model.ts';
import { python, requirePytorch } from '../support/pytorch.ts';
import { isFullRun } from '../support/scale.ts';

const script = join(import.meta.dirname, '../bench/torch_bench.py');

async function measuresOnCpu(): Promise<void> {
  await requirePytorch();
  const folder = temporaryFolder();
  const path = join(folder.path, 'micro');
  mkdirSync(path);
  const emitted = emitPytorch({ model: specModel('micro/micro-swin.swin'), documentation: '', parameters: 35_366 });
  for (const [name, content] of emitted) writeFileSync(join(path, name), content);
  const options = ['--engine', 'torch-eager', '--batch', '1,2', '--samples', '3', '--device', 'cpu'];
  const { stdout } = await promisify(execFile)(python, [script, path, ...options]);
  folder.remove();
  const { formatVersion, adapter, results }: BenchReport = JSON.parse(stdout);
  assert.equal([formatVersion, adapter.class], ['1.0', 'cpu']);
  assert.equal(
    results.map(({ model, engine, batch, dtype, samples, ratio, parameters }) => [
      ...[model, engine, batch, dtype, samples, ratio, parameters],
    ]),
    [1, 2].map((batch) => ['micro-swin', 'torch-eager', batch, 'f32', 3, null, 35_366]),
  );
  for (const { medianMs, intervalMs } of results) assert.ok(intervalMs[0] <= medianMs && medianMs <= intervalMs[1]);
}

/** What programs that read results rely on. */
const keys: readonly (keyof Result)[] = [
  ...(['model', 'engine', 'batch', 'dtype', 'medianMs', 'intervalMs', 'samples', 'ratio', 'gpuMs'] as const),
  ...(['gpuIntervalMs', 'parameters', 'sampleMs'] as const),
];

test('its results have the keys of ours', () => {
  const text = readFileSync(script, 'utf8');
  for (const key of keys) assert.ok(text.includes(`                    "${key}": `), key);
});

// PyTorch is there in full runs alone.
if (isFullRun) test('an exported model by batch, on the CPU', measuresOnCpu);

test.run();
