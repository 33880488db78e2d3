import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseGraph } from '../../compiler/graph/parse.ts';
import { printGraph } from '../../compiler/graph/print.ts';
import type { Plan } from '../../runtime/plan.ts';
import { parseSafetensors } from '../../runtime/safetensors.ts';
import { json, swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder; output: string }>('swinc compile');

const spec = 'specs/micro/micro-swin.swin';
const packageFiles = [
  'README.md',
  'model.d.ts',
  'model.js',
  'model.ts',
  'package.json',
  'runtime.d.ts',
  'runtime.js',
  'weights.safetensors',
];

test.before.each((context) => {
  context.folder = temporaryFolder();
  context.output = join(context.folder.path, 'made/on/the/way/package');
});

test.after.each(({ folder }) => folder.remove());

const contentsOf = (folder: string) => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]);

test('writes a package, and says that its weights are synthetic', async ({ output }) => {
  const { stdout, stderr, code } = await swinc(['compile', spec, '-o', output]);
  assert.is(code, 0, stderr);
  assert.is(stdout, '');
  assert.match(stderr, /synthetic:1/);
  assert.equal(readdirSync(output).sort(), packageFiles);
  const { metadata } = parseSafetensors(new Uint8Array(readFileSync(join(output, 'weights.safetensors'))));
  assert.equal(metadata, { formatVersion: '1.0', model: 'micro-swin', weights: 'synthetic:1' });
});

test('the same input gives the same bytes, also over the package of before', async ({ folder, output }) => {
  const other = join(folder.path, 'other');
  for (const path of [output, other, other]) assert.is((await swinc(['compile', spec, '-o', path])).code, 0);
  assert.equal(contentsOf(other), contentsOf(output));
  assert.equal(readdirSync(folder.path).sort(), ['made', 'other']);
});

test('what npm installed in a package outlives it', async ({ output }) => {
  await swinc(['compile', spec, '-o', output]);
  mkdirSync(join(output, 'node_modules/webgpu'), { recursive: true });
  writeFileSync(join(output, 'node_modules/webgpu/index.js'), 'kept');
  assert.is((await swinc(['compile', spec, '-o', output, '--weights', 'synthetic:2'])).code, 0);
  assert.equal(readdirSync(output).sort(), [...packageFiles, 'node_modules'].sort());
  assert.is(readFileSync(join(output, 'node_modules/webgpu/index.js'), 'utf8'), 'kept');
  assert.match(readFileSync(join(output, 'model.ts'), 'utf8'), /synthetic:2/);
});

test('a folder of somebody else is left alone', async ({ folder }) => {
  writeFileSync(join(folder.path, 'package.json'), '{ "name": "precious" }');
  const { stdout, stderr, code } = await swinc(['compile', spec, '-o', folder.path]);
  assert.is(code, 2);
  assert.is(stdout, '');
  assert.match(stderr, /holds something that swinc did not write/);
  assert.equal(readdirSync(folder.path), ['package.json']);
});

test('a file that somebody put into a package is not lost', async ({ output }) => {
  await swinc(['compile', spec, '-o', output]);
  writeFileSync(join(output, 'notes.txt'), 'precious');
  const { stderr, code } = await swinc(['compile', spec, '-o', output]);
  assert.is(code, 2);
  assert.match(stderr, /also holds notes\.txt/);
  assert.is(readFileSync(join(output, 'notes.txt'), 'utf8'), 'precious');
});

test('a file is no folder for a package; an empty folder is', async ({ folder }) => {
  const file = join(folder.path, 'file');
  writeFileSync(file, 'precious');
  assert.is((await swinc(['compile', spec, '-o', file])).code, 2);
  assert.is(readFileSync(file, 'utf8'), 'precious');
  mkdirSync(join(folder.path, 'empty'));
  assert.is((await swinc(['compile', spec, '-o', join(folder.path, 'empty')])).code, 0);
  assert.equal(readdirSync(folder.path).sort(), ['empty', 'file']);
});

test('weights that do not fit are told apart, and nothing is written', async ({ folder, output }) => {
  const weights = join(folder.path, 'weights.safetensors');
  writeFileSync(weights, 'damaged');
  const damaged = await swinc(['compile', spec, '-o', output, '--weights', weights]);
  assert.is(damaged.code, 2);
  assert.match(damaged.stderr, /weights\.safetensors: the file is shorter than 8 bytes/);
  const other = 'test/data/checkpoints/nvidia-swin-free-br-micro.safetensors';
  const misfit = await swinc(['compile', spec, '-o', output, '--weights', other]);
  assert.is(misfit.code, 2);
  assert.match(misfit.stderr, /the weights do not fit this model: .*(is missing|and not)/);
  assert.is(existsSync(join(folder.path, 'made')), false);
});

test('the errors of a spec end with 1, and nothing is written', async ({ folder, output }) => {
  const broken = join(folder.path, 'broken.swin');
  writeFileSync(broken, readFileSync(join(import.meta.dirname, '../..', spec), 'utf8').replace('dim ', 'dmi '));
  const { stdout, stderr, code } = await swinc(['compile', broken, '-o', output]);
  assert.is(code, 1);
  assert.is(stdout, '');
  assert.match(stderr, /dmi/);
  assert.equal(readdirSync(folder.path), ['broken.swin']);
});

test('--emit plan prints the plan alone and writes no package', async ({ folder, output }) => {
  const { stdout, stderr, code } = await swinc(['compile', spec, '-o', output, '--emit', 'plan']);
  assert.is(code, 0);
  assert.is(stderr, '');
  assert.equal(readdirSync(folder.path), []);
  const plan: Plan = JSON.parse(stdout);
  assert.is(plan.formatVersion, '1.0');
  for (const name of ['op', 'stage', 'block', 'reads', 'writes', 'candidates'])
    for (const dispatch of plan.dispatches) assert.ok(Object.hasOwn(dispatch, name), name);
  for (const name of ['class', 'kernel', 'constants', 'workgroups', 'requires'])
    for (const candidate of plan.dispatches.flatMap(({ candidates }) => candidates))
      assert.ok(Object.hasOwn(candidate, name), name);
  assert.not.match(stdout, /roll|partition|copy/);
});

test('--dtype f16 makes a plan of halves', async () => {
  const plan = await json<Plan>(['compile', spec, '--emit', 'plan', '--dtype', 'f16']);
  assert.is(plan.elementType, 'f16');
  assert.ok(plan.buffers.some(({ type }) => type === 'f16'));
});

test('--emit graph prints a graph that can be read back', async () => {
  const { stdout } = await swinc(['compile', spec, '--emit', 'graph']);
  assert.match(stdout, /^graph micro-swin\n/);
  assert.match(stdout, /window_attention/);
  assert.is(printGraph(parseGraph(stdout)), stdout);
});

test('--emit wgsl prints shaders with their places', async () => {
  const { stdout } = await swinc(['compile', spec, '--emit', 'wgsl']);
  assert.match(stdout, /^\/\/ Serves dispatch 0 \(linear/);
  assert.match(stdout, /@compute @workgroup_size/);
  assert.match(stdout, /of stage 2, block 1/);
});

test('--explain prints every law with its places and savings, pass by pass', async () => {
  const { stdout, stderr, code } = await swinc(['compile', 'specs/swin-t.swin', '--explain']);
  assert.is(code, 0);
  assert.is(stderr, '');
  for (const pass of ['cancel-shifts', 'absorb-windows', 'fold-norms', 'fuse-epilogues', 'share-and-prune'])
    assert.match(stdout, new RegExp(`^${pass}:`, 'm'));
  assert.match(
    stdout,
    / {2}window_merge\(.*\) = window_attention\(.*\n {4}12 places: 1\.0-1, 2\.0-1, 3\.0-5, 4\.0-1\n {4}saves \d+ dispatches, /,
  );
  assert.match(stdout, /^as drawn: \d+ dispatches, .*\nas planned: \d+ dispatches, /m);
});

test('--explain of a plan in f16 counts what its buffers hold', async () => {
  const units: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6 };
  const planned = async (dtype: string) => {
    const { stdout } = await swinc(['compile', spec, '--explain', '--dtype', dtype]);
    const [, amount, unit = '', type] =
      /^as planned: \d+ dispatches, ([\d.]+) (\w+) read and written an image( in f16)?$/m.exec(stdout) ?? [];
    return { bytes: Number(amount) * (units[unit] ?? Number.NaN), type };
  };
  const [whole, half] = await Promise.all([planned('f32'), planned('f16')]);
  assert.equal([whole.type, half.type], [undefined, ' in f16']);
  assert.ok(half.bytes < whole.bytes);
});

test('with --emit, the explanation goes to stderr', async () => {
  const { stdout, stderr } = await swinc(['compile', spec, '--explain', '--emit', 'plan']);
  assert.type(JSON.parse(stdout), 'object');
  assert.match(stderr, /^absorb-windows:/m);
});

test('the package is readable by others', async ({ output }) => {
  await swinc(['compile', spec, '-o', output]);
  assert.is(statSync(output).mode & 0o555, 0o555);
});

test.run();
