/** `swinc diff` between a commit and the disk, in every format. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Difference } from '../../compiler/diff/difference.ts';
import { readMarkup } from '../support/markup-check.ts';
import { json, swinc } from './command.ts';
import { type GitRepository, gitRepository } from './git-repository.ts';

const test = suite<{ repository: GitRepository }>('swinc diff of a commit');

const base = (window: number): string => `swin 1
model base {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = ${window}
}
`;
const heir = 'swin 1\nimport "./base.swin"\n/// The heir.\nmodel heir extends base { act = relu }\n';

test.before.each((context) => {
  const repository = gitRepository();
  context.repository = repository;
  repository.write('specs/base.swin', base(4));
  repository.write('specs/heir.swin', heir);
  repository.commit();
  repository.write('specs/base.swin', base(8));
});

test.after.each(({ repository }) => repository.remove());

const operands = ['git:HEAD:specs/heir.swin', 'specs/heir.swin'];

test('an import that changed since the commit is the change', async ({ repository }) => {
  const found = await json<Difference>(['diff', ...operands, '--format', 'json'], { cwd: repository.path });
  assert.is(found.verdict, 'RETRAIN');
  assert.equal(
    found.fields.map(({ path, from, to, fromAt, toAt }) => [path, from, to, fromAt?.file, toAt?.file]),
    [['window', '4', '8', 'git:HEAD:specs/base.swin', 'specs/base.swin']],
  );
  assert.is(found.a.operand, 'git:HEAD:specs/heir.swin');
});

test('from a folder below, with ./ and ../', async ({ repository }) => {
  const cwd = join(repository.path, 'specs');
  const { stdout, code } = await swinc(['diff', 'git:HEAD:./heir.swin#heir', 'heir.swin', '--fail-on', 'retrain'], {
    cwd,
  });
  assert.is(code, 1);
  assert.match(stdout, /\n {2}window {2}4 {2}→ {2}8 {2}git:HEAD:specs\/base\.swin:9 → base\.swin:9\n/);
});

test('a comment on a pull request and a page', async ({ repository }) => {
  const { stdout } = await swinc(['diff', ...operands, '--format', 'markdown'], { cwd: repository.path });
  assert.match(stdout, /^### RETRAIN: `heir` → `heir`\n/);
  assert.match(stdout, /\n\| `window` \| `4` \| `8` \| `git:HEAD:specs\/base\.swin:9` → `specs\/base\.swin:9` \|\n/);
  const written = await swinc(['diff', ...operands, '--format', 'html', '-o', 'diff.html'], { cwd: repository.path });
  assert.equal([written.code, written.stdout, written.stderr], [0, '', '']);
  const page = readFileSync(join(repository.path, 'diff.html'), 'utf8');
  assert.ok(readMarkup(page).length > 100);
});

test('errors at the commit are shown with its text, and are no verdict', async ({ repository }) => {
  repository.write('specs/base.swin', base(5));
  repository.commit();
  repository.write('specs/base.swin', base(8));
  const { stdout, stderr, code } = await swinc(['diff', ...operands], { cwd: repository.path });
  assert.equal([code, stdout], [2, '']);
  assert.match(stderr, /--> git:HEAD:specs\/base\.swin:9:13\n +\|\n9 \| {3}window {2}= 5\n/);
});

test('no such revision, no such file there, and a sweep that is to be measured end with 2', async ({ repository }) => {
  const ended = (...parameters: readonly string[]) => swinc(['diff', ...parameters], { cwd: repository.path });
  const [revision, file, sweep] = await Promise.all([
    ended('git:nope:specs/heir.swin', 'specs/heir.swin'),
    ended('git:HEAD:specs/gone.swin', 'specs/heir.swin'),
    ended('--sweep', 'specs/heir.swin', '--bench'),
  ]);
  assert.equal(
    [revision, file, sweep].map(({ code, stdout }) => [code, stdout]),
    [
      [2, ''],
      [2, ''],
      [2, ''],
    ],
  );
  assert.match(revision.stderr, /git knows no commit nope here/);
  assert.match(file.stderr, /there is no file specs\/gone\.swin in HEAD/);
  assert.match(sweep.stderr, /--bench measures two models/);
});

test('a sweep has a page too', async () => {
  const { stdout, code } = await swinc(['diff', '--sweep', 'specs/paper.swin#table5', '--format', 'html']);
  assert.is(code, 0);
  assert.is(readMarkup(stdout.trimEnd()).filter(({ name }) => name === 'tr').length, 1 + 8);
});

test.run();
