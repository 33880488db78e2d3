import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { json, swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder }>('swinc fmt');

test.before.each((context) => {
  context.folder = temporaryFolder();
});

test.after.each(({ folder }) => folder.remove());

const loose = 'swin 1\r\nmodel a { dim=96 // one\r\n  heads = [1,2] }';
const neat = 'swin 1\nmodel a {\n  dim   = 96  // one\n  heads = [1, 2]\n}\n';
const broken = 'swin 1\nmodel a { dim = }\n';

function files({ path }: Folder, texts: Readonly<Record<string, string | Uint8Array>>): (name: string) => string {
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(path, name), text);
  return (name) => readFileSync(join(path, name), 'utf8');
}

test('rewrites what is not formatted, and names it', async ({ folder }) => {
  const read = files(folder, { 'loose.swin': loose, 'neat.swin': neat });
  chmodSync(join(folder.path, 'loose.swin'), 0o640);
  const before = statSync(join(folder.path, 'neat.swin')).mtimeMs;
  assert.equal(await swinc(['fmt', '.'], { cwd: folder.path }), {
    stdout: 'loose.swin\n',
    stderr: '2 files: 1 changed\n',
    code: 0,
  });
  assert.is(read('loose.swin'), neat);
  assert.is(statSync(join(folder.path, 'loose.swin')).mode & 0o777, 0o640);
  assert.is(statSync(join(folder.path, 'neat.swin')).mtimeMs, before);
  assert.equal(readdirSync(folder.path).sort(), ['loose.swin', 'neat.swin']);
  const again = await swinc(['fmt', 'loose.swin'], { cwd: folder.path });
  assert.equal(again, { stdout: '', stderr: '1 file: none changed\n', code: 0 });
});

test('--check writes nothing, shows where, and ends with 1', async ({ folder }) => {
  const read = files(folder, { 'loose.swin': loose, 'neat.swin': neat });
  const { stdout, stderr, code } = await swinc(['fmt', '--check', '.'], { cwd: folder.path });
  assert.is(code, 1);
  assert.is(
    stdout,
    'loose.swin\n@@ -1,3 +1,5 @@\n-swin 1␍\n-model a { dim=96 // one␍\n-  heads = [1,2] }\n' +
      '+swin 1\n+model a {\n+  dim   = 96  // one\n+  heads = [1, 2]\n+}\n',
  );
  assert.is(stderr, '2 files: 1 would change\n');
  assert.is(read('loose.swin'), loose);
  assert.is((await swinc(['fmt', '--check', 'neat.swin'], { cwd: folder.path })).code, 0);
});

test('a file with errors is left alone, and the others are formatted', async ({ folder }) => {
  const read = files(folder, { 'broken.swin': broken, 'loose.swin': loose });
  const { stdout, stderr, code } = await swinc(['fmt', '.'], { cwd: folder.path });
  assert.equal({ stdout, code }, { stdout: 'loose.swin\n', code: 1 });
  assert.match(
    stderr,
    /error\[SW005\]: expected a value.*\n +--> broken\.swin:2:\d+\n[\s\S]*2 files: 1 changed, 1 left alone/,
  );
  assert.equal([read('broken.swin'), read('loose.swin')], [broken, neat]);
});

test('JSON names every file, and every error', async ({ folder }) => {
  files(folder, { 'broken.swin': broken, 'loose.swin': loose, 'neat.swin': neat });
  const report = await json<{ files: unknown; diagnostics: readonly { code: string }[] }>(
    ['fmt', '--check', '.', '--format', 'json'],
    { cwd: folder.path },
  );
  assert.equal(report.files, [
    { file: 'broken.swin', changed: false },
    { file: 'loose.swin', changed: true },
    { file: 'neat.swin', changed: false },
  ]);
  assert.equal(
    report.diagnostics.map(({ code }) => code),
    ['SW005'],
  );
});

test('the standard input goes to the standard output', () => {
  const command = join(import.meta.dirname, '../../dist/swinc.mjs');
  const format = (input: string, ...options: readonly string[]) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [command, 'fmt', ...options, '-'], {
      input,
      encoding: 'utf8',
    });
    return { stdout, stderr, status };
  };
  assert.equal(format(loose), { stdout: neat, stderr: '', status: 0 });
  assert.equal(format(''), { stdout: '', stderr: '', status: 0 });
  assert.is(format(neat, '--check').status, 0);
  assert.is(format(loose, '--check').status, 1);
  const failed = format(broken);
  assert.equal({ stdout: failed.stdout, status: failed.status }, { stdout: '', status: 1 });
  assert.match(failed.stderr, /--> <stdin>:2:/);
});

test('a link stays a link, and a folder that is one is not entered', async ({ folder }) => {
  const read = files(folder, { 'target.txt': loose });
  mkdirSync(join(folder.path, 'specs'));
  symlinkSync('../target.txt', join(folder.path, 'specs/link.swin'));
  symlinkSync('..', join(folder.path, 'specs/circle'));
  const { stdout, code } = await swinc(['fmt', 'specs'], { cwd: folder.path });
  assert.equal({ stdout, code }, { stdout: 'specs/link.swin\n', code: 0 });
  assert.is(read('target.txt'), neat);
  assert.ok(lstatSync(join(folder.path, 'specs/link.swin')).isSymbolicLink());
});

test('bytes that are not text are not replaced by others', async ({ folder }) => {
  files(folder, { 'latin.swin': Buffer.from('swin 1 // \xe9\n', 'latin1') });
  const { stderr, code } = await swinc(['fmt', 'latin.swin'], { cwd: folder.path });
  assert.is(code, 2);
  assert.match(stderr, /latin\.swin is not UTF-8: save it as UTF-8/);
});

test('a file that would outgrow the limit is left alone', async ({ folder }) => {
  const text = `swin 1\nmodel a {\n${'//\n'.repeat(300_000)}}\n`;
  const read = files(folder, { 'long.swin': text });
  const { stderr, code } = await swinc(['fmt', 'long.swin'], { cwd: folder.path });
  assert.is(code, 2);
  assert.match(stderr, /long\.swin: formatted, it would be larger/);
  assert.ok(read('long.swin') === text);
});

test.run();
