import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import { json, swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder }>('swinc check');

test.before.each((context) => {
  context.folder = temporaryFolder();
});

test.after.each(({ folder }) => folder.remove());

const sound = `swin 1
model tiny {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = 4
}
`;

interface Report {
  readonly diagnostics: readonly Diagnostic[];
}

test('a sound spec has no errors, and says so on stderr', async ({ folder }) => {
  writeFileSync(join(folder.path, 'tiny.swin'), sound);
  const { stdout, stderr, code } = await swinc(['check', 'tiny.swin'], { cwd: folder.path });
  assert.equal({ stdout, stderr, code }, { stdout: '', stderr: '1 file: no errors\n', code: 0 });
});

test('an error has a code, a place and a frame, and ends with 1', async ({ folder }) => {
  writeFileSync(join(folder.path, 'tiny.swin'), sound.replace('heads ', 'haeds '));
  const { stdout, stderr, code } = await swinc(['check', 'tiny.swin'], { cwd: folder.path });
  assert.is(code, 1);
  assert.match(stdout, /error\[SW\d{3}\]: .*haeds/);
  assert.match(stdout, /--> tiny\.swin:8:3\n/);
  assert.match(stdout, /8 \| {3}haeds {3}= \[2, 4\]\n.*\^\^\^\^\^/);
  assert.match(stderr, /^1 file: \d+ errors?, 0 warnings\n$/);
});

test('JSON has the fields of a diagnostic and nothing on stderr', async ({ folder }) => {
  writeFileSync(join(folder.path, 'tiny.swin'), sound.replace('heads ', 'haeds '));
  const { stdout, stderr, code } = await swinc(['check', 'tiny.swin', '--format', 'json'], { cwd: folder.path });
  assert.is(code, 1);
  assert.is(stderr, '');
  const { diagnostics }: Report = JSON.parse(stdout);
  const [found] = diagnostics.filter(({ message }) => message.includes('haeds'));
  if (found === undefined) throw new Error('nothing is said about haeds');
  assert.match(found.code, /^SW\d{3}$/);
  assert.is(found.severity, 'error');
  assert.is(found.file, 'tiny.swin');
  assert.equal(found.span, { line: 8, column: 3, endLine: 8, endColumn: 8 });
  assert.ok(Array.isArray(found.notes));
  assert.match(found.help ?? '', /heads/);
});

test('a sound spec is an empty list in JSON', async ({ folder }) => {
  writeFileSync(join(folder.path, 'tiny.swin'), sound);
  assert.equal(await json(['check', 'tiny.swin', '--format', 'json'], { cwd: folder.path }), { diagnostics: [] });
});

test('an assertion that fails is an error with both values', async ({ folder }) => {
  writeFileSync(join(folder.path, 'tiny.swin'), sound.replace('}', '  assert params == 5\n}'));
  const { stdout, code } = await swinc(['check', 'tiny.swin'], { cwd: folder.path });
  assert.is(code, 1);
  assert.match(stdout, /assertion failed: params is 35_?366, not 5/);
});

test('an assertion about memory is judged, and not put off', async ({ folder }) => {
  writeFileSync(join(folder.path, 'tiny.swin'), sound.replace('}', '  assert memory < 1k\n}'));
  const failed = await swinc(['check', 'tiny.swin'], { cwd: folder.path });
  assert.is(failed.code, 1);
  assert.match(failed.stdout, /assertion failed: memory is [\d_]+/);
  writeFileSync(join(folder.path, 'tiny.swin'), sound.replace('}', '  assert memory < 1G\n}'));
  assert.is((await swinc(['check', 'tiny.swin'], { cwd: folder.path })).code, 0);
});

test('what two files import is blamed once', async ({ folder }) => {
  writeFileSync(join(folder.path, 'base.swin'), sound.replace('heads ', 'haeds '));
  for (const name of ['one', 'two']) {
    const text = `swin 1\nimport "./base.swin"\nmodel ${name} extends tiny {\n  shift = off\n}\n`;
    writeFileSync(join(folder.path, `${name}.swin`), text);
  }
  const { diagnostics } = await json<Report>(['check', 'one.swin', 'two.swin', '--format', 'json'], {
    cwd: folder.path,
  });
  const named = diagnostics.filter(({ message }) => message.includes('haeds'));
  assert.is(named.length, 1);
  assert.is(named[0]?.file, 'base.swin');
});

test('an import may not leave the root, which may be named', async ({ folder }) => {
  const inner = temporaryFolder();
  writeFileSync(join(folder.path, 'base.swin'), sound);
  const text = `swin 1\nimport "${join('..', folder.path.split('/').at(-1) ?? '', 'base.swin')}"\nmodel heir extends tiny {\n  shift = off\n}\n`;
  writeFileSync(join(inner.path, 'heir.swin'), text);
  const spec = join(inner.path, 'heir.swin');
  assert.is((await swinc(['check', spec])).code, 1);
  assert.is((await swinc(['check', spec, '--root', join(inner.path, '..')])).code, 0);
  inner.remove();
});

test('the specs of this project have no errors', async () => {
  const { code, stdout, stderr } = await swinc(['check', 'specs']);
  assert.is(code, 0, stdout);
  assert.match(stderr, /^\d\d files: no errors\n$/);
});

test.run();
