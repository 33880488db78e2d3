/** `swinc bench` on the adapter of this process, beside ONNX Runtime. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { BenchReport } from '../../compiler/cli/bench/report.ts';
import { json, swinc } from '../cli/command.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { readMarkup } from '../support/markup-check.ts';

const test = suite('swinc bench');

const spec = 'specs/micro/micro-swin.swin';
const quick = ['--samples', '3'];

test('every engine, batch and file: as JSON, with what the machine is', async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'micro.onnx');
  const exported = await swinc(['export', spec, '--to', 'onnx', '--weights', 'synthetic', '-o', file]);
  assert.is(exported.code, 0, exported.stderr);
  const against = ['--against', `ort-webgpu,ort-cpu,onnx:${file}@cpu`];
  const ended = await swinc(['bench', spec, ...quick, ...against, '--batch', '1,2', '--format', 'json']);
  folder.remove();
  assert.is(ended.code, 0, ended.stderr);
  // All of them have the same weights, and answer alike.
  assert.not.match(ended.stderr, /answers otherwise/);
  const report: BenchReport = JSON.parse(ended.stdout);
  assert.is(report.formatVersion, '1.0');
  assert.is(report.adapter.class, 'software');
  assert.match(report.command, /^swinc bench specs\/micro/);
  for (const name of ['swinc', 'node', 'webgpu', 'onnxruntime']) assert.match(report.versions[name] ?? '', /^v?\d+\./);
  const engines = ['swinc', 'ort-webgpu', 'ort-cpu', `onnx:${file}@cpu`];
  assert.equal(
    report.results.map(({ engine, batch }) => `${engine} ${batch}`),
    [1, 2].flatMap((batch) => engines.map((engine) => `${engine} ${batch}`)),
  );
  for (const result of report.results) {
    const { model, dtype, medianMs, intervalMs, samples, sampleMs, ratio, gpuMs, engine } = result;
    assert.equal([model, dtype, samples, sampleMs.length], ['micro-swin', 'f32', 3, 3]);
    assert.ok(intervalMs[0] <= medianMs && medianMs <= intervalMs[1]);
    assert.ok(ratio !== null && ratio > 0);
    assert.is(gpuMs !== null, engine === 'swinc');
  }
});

test('a sweep is a table with a line for each variant', async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'sweep.swin');
  const fields = [
    'input = image(32, 32, 3)',
    'classes = 10',
    'patch = 2',
    'dim = 16',
    'depths = [1, 1]',
    'heads = [2, 4]',
    'window = 4',
  ];
  await writeFile(
    file,
    `swin 1\nmodel base {\n${fields.join('\n')}\n}\nsweep windows extends base { vary window in [4, 2] }\n`,
  );
  const { stdout, stderr, code } = await swinc(['bench', `${file}#windows`, '--samples', '1']);
  folder.remove();
  assert.is(code, 0, stderr);
  assert.match(stdout, /^windows {2}2 variants of base on /m);
  assert.match(stdout, /^ window=4 .* G +\S+ ms +\S+ ms to \S+ ms$/m);
});

test('the plot is SVG, and Markdown a table', async () => {
  const [plot, table] = await Promise.all(
    ['svg', 'markdown'].map((format) => swinc(['bench', spec, '--samples', '1', '--format', format])),
  );
  assert.is(readMarkup(plot?.stdout.trim() ?? '')[0]?.name, 'svg');
  assert.match(table?.stdout ?? '', /^\| micro-swin \| 0\.003719 G \| f32 \| 1 \| swinc \| \S+ ms \|/m);
});

test('on the CPU alone there is no ratio', async () => {
  const { adapter, results } = await json<BenchReport>([
    'bench',
    spec,
    '--device',
    'cpu',
    ...quick,
    '--format',
    'json',
  ]);
  assert.is(adapter.class, 'cpu');
  assert.equal(
    results.map(({ engine, ratio }) => [engine, ratio]),
    [['ort-cpu', null]],
  );
});

test('a file that is not there is said before anything is measured', async () => {
  const { stdout, stderr, code } = await swinc(['bench', spec, '--against', 'onnx:missing.onnx']);
  assert.equal([stdout, code], ['', 2]);
  assert.match(stderr, /there is no file missing\.onnx/);
});

test.run();
