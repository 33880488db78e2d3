import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { json, swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder }>('swinc resolve');

test.before.each((context) => {
  context.folder = temporaryFolder();
});

test.after.each(({ folder }) => folder.remove());

interface Resolved {
  readonly formatVersion: string;
  readonly model: string;
  readonly sha256: string;
  readonly text: string;
  readonly fields: readonly {
    readonly path: string;
    readonly text: string;
    readonly from: readonly {
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly model: string;
    }[];
  }[];
}

const shortened = 'specs/swin-free-br-dr.swin#swin-free-b-br-dr12';

test('the text stands alone, means the same model and is its own text', async ({ folder }) => {
  const { stdout, stderr, code } = await swinc(['resolve', shortened]);
  assert.equal({ stderr, code }, { stderr: '', code: 0 });
  assert.match(stdout, /^swin 1\nmodel swin-free-b-br-dr12 \{\n {2}input = image\(224, 224, 3\)\n/);
  assert.match(stdout, /\n {2}depths = \[2, 2, 12, 2\]\n/);
  const flat = join(folder.path, 'flat.swin');
  writeFileSync(flat, stdout);
  assert.is((await swinc(['resolve', flat])).stdout, stdout);
  const [before, after] = await Promise.all([swinc(['show', shortened]), swinc(['show', flat])]);
  assert.is(after.stdout, before.stdout);
});

test('the hash is that of the text as it is printed', async () => {
  const [text, hash, described] = await Promise.all([
    swinc(['resolve', shortened]),
    swinc(['resolve', shortened, '--hash']),
    json<Resolved>(['resolve', shortened, '--format', 'json']),
  ]);
  const sha256 = createHash('sha256').update(text.stdout).digest('hex');
  assert.equal({ ...hash }, { stdout: `${sha256}\n`, stderr: '', code: 0 });
  assert.is(described.sha256, sha256);
  assert.is(described.text, text.stdout);
});

test('JSON has every field with the places that it comes from', async () => {
  const resolved = await json<Resolved>(['resolve', shortened, '--format', 'json']);
  assert.equal(Object.keys(resolved), ['formatVersion', 'model', 'sha256', 'text', 'fields']);
  assert.is(resolved.formatVersion, '1.0');
  assert.is(resolved.model, 'swin-free-b-br-dr12');
  const find = (path: string) => resolved.fields.find((field) => field.path === path);
  assert.equal(find('depths'), {
    path: 'depths',
    text: '[2, 2, 12, 2]',
    from: [
      { file: 'specs/swin-free-br-dr.swin', line: 10, column: 21, model: 'swin-free-b-br-dr12' },
      { file: 'specs/swin-b.swin', line: 8, column: 13, model: 'swin-b' },
    ],
  });
  assert.equal(find('clamp'), { path: 'clamp', text: 'on', from: [] });
});

test('what the model is does not hang on how it is written', async ({ folder }) => {
  const [plain, other] = ['plain.swin', 'other.swin'].map((name) => join(folder.path, name));
  if (plain === undefined || other === undefined) throw new Error('there are two names');
  const head = 'input = image(32, 32, 3)\nclasses = 1000\ndim = 16\npatch = 2\nheads = [2, 4]';
  writeFileSync(plain, `swin 1\nmodel tiny {\n${head}\ndepths = [2, 6]\nwindow = 4\n}\n`);
  writeFileSync(
    other,
    `swin 1\n/// The same.\nmodel parent {\n${head.replace('1000', '1k')}\ndepths = [2, 2]\nwindow = [8, 8]\n}
model tiny extends parent {\nwindow = [4, 4]\nstage 2 { depth = 6 }\nnorm = layer(0.00001)\nassert params > 0\n}\n`,
  );
  const [first, second] = await Promise.all([
    swinc(['resolve', plain, '--hash']),
    swinc(['resolve', `${other}#tiny`, '--hash']),
  ]);
  assert.is(first.code, 0, first.stderr);
  assert.is(second.stdout, first.stdout);
});

test('a variant of a sweep gets a name that a model may have', async () => {
  const { stdout, stderr, code } = await swinc(['resolve', 'specs/paper.swin#table4[0111]']);
  assert.equal({ stderr, code }, { stderr: '', code: 0 });
  assert.match(stdout, /^swin 1\nmodel table4-0111 \{\n/);
  assert.match(stdout, /\n {2}shift = \[off, on, on, on\]\n/);
});

test('a model with errors has no text: its diagnostics go to stderr', async ({ folder }) => {
  writeFileSync(join(folder.path, 'a.swin'), 'swin 1\nmodel a {\n  clasess = 3\n}\n');
  const { stdout, stderr, code } = await swinc(['resolve', 'a.swin'], { cwd: folder.path });
  assert.equal({ stdout, code }, { stdout: '', code: 1 });
  assert.match(stderr, /error\[SW100\].*\n.*a\.swin:3:3/);
  assert.match(stderr, /did you mean `classes`/);
});

test('one hash or one format, not both; help says what is left out', async () => {
  const both = await swinc(['resolve', 'specs/swin-b.swin', '--hash', '--format', 'json']);
  assert.equal([both.code, both.stdout], [2, '']);
  assert.match(both.stderr, /--hash.*cannot be used with.*--format/);
  assert.match((await swinc(['resolve', '--help'])).stdout, /Documentation and assertions\s+are left out/);
});

test.run();
