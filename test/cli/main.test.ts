/** What holds for every command. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import packageJson from '../../package.json' with { type: 'json' };
import { swinc } from './command.ts';

const test = suite('the command');

test('says its version', async () => {
  assert.equal(await swinc(['--version']), { stdout: `${packageJson.version}\n`, stderr: '', code: 0 });
});

test('lists its commands, and each lists its options', async () => {
  const { stdout, code } = await swinc(['--help']);
  assert.is(code, 0);
  for (const name of ['check', 'fmt', 'show', 'compile', 'run', 'git-setup'])
    assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
  const run = await swinc(['run', '--help']);
  assert.is(run.code, 0);
  for (const option of ['--weights', '--image', '--input', '--batch', '--device', '--dtype', '--top', '--stages'])
    assert.ok(run.stdout.includes(option), option);
  assert.match(run.stdout, /median/);
});

const usageErrors: readonly (readonly [parameters: readonly string[], complaint: RegExp])[] = [
  [[], /Usage: swinc/],
  [['compil', 'specs/swin-t.swin'], /Did you mean compile\?/],
  [['check'], /missing required argument 'file'/],
  [['check', 'specs/swin-t.swin', '--format', 'xml'], /Allowed choices are text, json/],
  [['check', 'nowhere.swin'], /there is no file nowhere\.swin/],
  [['check', 'grammar'], /there is no \.swin file in grammar/],
  [['fmt'], /missing required argument 'path'/],
  [['fmt', 'grammar'], /there is no \.swin file in grammar/],
  [['fmt', '-', 'specs'], /stands alone/],
  [['textconv', 'specs'], /specs is a folder/],
  [['git-setup', 'here'], /too many arguments/],
  [['show', 'nowhere.swin#x'], /there is no file nowhere\.swin/],
  [['compile', 'specs/swin-t.swin'], /-o FOLDER.*--emit/],
  [['compile', 'specs/swin-t.swin', '--emit', 'onnx'], /Allowed choices are graph, plan, wgsl/],
  [['compile', 'specs/swin-t.swin', '--emit', 'plan', '--dtype', 'f64'], /Allowed choices are f32, f16/],
  [['compile', 'specs/swin-t.swin', '--emit', 'plan', '--weights', 'synthetic:x'], /the gain is a positive number/],
  [['compile', 'specs/swin-t.swin', '-o', ''], /-o wants the name of a folder/],
  [['run', 'specs/swin-t.swin'], /--weights FILE\.safetensors.*--weights synthetic/],
  [['run', 'nowhere', '--input', 'synthetic'], /there is no file or folder nowhere/],
  [['run', 'specs/swin-t.swin', '--weights', 'specs', '--input', 'synthetic'], /specs is a folder, not a file/],
  [['run', 'specs/swin-t.swin', '--weights', 'synthetic', '--image', 'specs'], /specs is a folder, not a file/],
  [['run', 'specs/swin-t.swin', '--input', 'synthetic'], /--weights FILE\.safetensors.*--weights synthetic/],
  [['run', 'specs/swin-t.swin', '--weights', 'synthetic'], /--image.*--input FILE\.npy.*--input synthetic/],
  [['run', 'specs/swin-t.swin', '--weights', 'synthetic', '--input', 'synthetic', '--image', 'x.png'], /not both/],
  [
    ['run', 'specs/swin-t.swin', '--weights', 'nowhere.safetensors', '--input', 'synthetic'],
    /there is no file nowhere/,
  ],
  [['run', 'specs/swin-t.swin', '--weights', 'synthetic', '--input', 'nowhere.npy'], /nowhere\.npy: there is no such/],
  [['run', 'specs/swin-t.swin', '--weights', 'synthetic', '--image', 'package.json'], /not a PNG or JPEG/],
  [['run', 'specs/swin-t.swin', '--weights', 'synthetic', '--input', 'synthetic', '--batch', '0'], /counts from 1/],
  [['run', 'specs/swin-t.swin', '--weights', 'synthetic', '--input', 'synthetic', '--batch', '1.5'], /counts from 1/],
  [['run', 'specs', '--input', 'synthetic'], /specs is no compiled package/],
];

for (const [parameters, complaint] of usageErrors) {
  test(`\`swinc ${parameters.join(' ')}\` is a usage error`, async () => {
    const { stdout, stderr, code } = await swinc(parameters);
    assert.is(code, 2, stderr);
    assert.match(stderr, complaint);
    assert.is(stdout, '');
  });
}

test('a failure is one line, unless its stack is asked for', async () => {
  const { stderr } = await swinc(['check', 'nowhere.swin']);
  assert.is(stderr, 'swinc: there is no file nowhere.swin\n');
  const debugged = await swinc(['check', 'nowhere.swin'], { environment: { SWINC_DEBUG: '1' } });
  assert.match(debugged.stderr, /\n {4}at /);
});

test('ends quietly when nobody reads on', async () => {
  const script = join(import.meta.dirname, '../../dist/swinc.mjs');
  const spec = join(import.meta.dirname, '../../specs/swin-b.swin');
  const child = spawn(process.execPath, [script, 'compile', spec, '--emit', 'plan'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const complaints: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.is(Buffer.concat(complaints).toString('utf8'), '');
  assert.is(code, 0);
});

test.run();
