import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gitHost } from '../../compiler/cli/git-host.ts';
import { resolve } from '../../compiler/model/resolve.ts';
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';
import { type GitRepository, gitRepository } from './git-repository.ts';
import { temporaryFolder } from './temporary-folder.ts';

const base = (window: number): string => `swin 1
model base {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = ${window}
  shift   = off
}
`;
const heir = (specifier: string): string => `swin 1\nimport "${specifier}"\nmodel heir extends base { }\n`;

const test = suite<{ repository: GitRepository; before: string }>('git host');

/** Two commits: windows of 4 at HEAD~1 and of 8 at HEAD, where the heir has another name; on the disk there is neither. */
test.before.each((context) => {
  const repository = gitRepository();
  context.repository = repository;
  context.before = process.cwd();
  process.chdir(repository.path);
  repository.write('specs/base.swin', base(4));
  repository.write('specs/heir.swin', heir('./base.swin'));
  repository.commit();
  repository.write('specs/base.swin', base(8));
  repository.git('mv', 'specs/heir.swin', 'specs/renamed.swin');
  repository.commit();
  repository.write('specs/base.swin', 'not a spec');
  rmSync('specs/renamed.swin');
});

test.after.each(({ repository, before }) => {
  process.chdir(before);
  repository.remove();
});

interface Answer {
  readonly windows: readonly (number | undefined)[];
  readonly codes: readonly string[];
}

function answer(revision: string, path: string, options: { readonly root?: string } = {}): Answer {
  const host = gitHost(revision, path, options);
  const { value, diagnostics } = resolve(host.entry, host);
  return {
    windows: value.models.map(({ model }) => model?.stages[0]?.blocks[0]?.window.height),
    codes: diagnostics.map(({ code }) => code),
  };
}

test('a spec and its imports are read as the commit has them, whatever is on the disk', () => {
  assert.equal(answer('HEAD~1', 'specs/heir.swin'), { windows: [4], codes: [] });
  assert.equal(answer('HEAD', 'specs/renamed.swin'), { windows: [8], codes: [] });
});

test('revisions are branches, tags, hashes and whatever else names one commit', ({ repository: { git } }) => {
  git('branch', 'feature/wide', 'HEAD~1');
  git('tag', '--annotate', '--message', 'first', 'v1', 'HEAD~1');
  const hash = git('rev-parse', 'HEAD~1').trim();
  for (const revision of ['feature/wide', 'v1', hash, hash.slice(0, 10), 'HEAD^', 'HEAD@{1}', 'main~1']) {
    assert.equal(answer(revision, 'specs/heir.swin').windows, [4], revision);
  }
});

test('what is no commit is refused, whatever it looks like', ({ repository: { git } }) => {
  for (const revision of ['nope', '^HEAD', 'HEAD..HEAD~1', 'HEAD^{tree}', '--all', '--help', '-h', ' ']) {
    assert.throws(
      () => gitHost(revision, 'specs/heir.swin'),
      /^git knows no commit .+ here: `git log --all` lists/,
      revision,
    );
  }
  const blob = git('rev-parse', 'HEAD:specs/base.swin').trim();
  assert.throws(() => gitHost(blob, 'specs/heir.swin'), /git knows no commit/);
});

test('a file that the commit lacks is missed there, by its revision', () => {
  const missing = (revision: string, path: string, message: string): void =>
    assert.throws(
      () => gitHost(revision, path),
      (error: Error) => error.message === message,
    );
  missing('HEAD', 'specs/heir.swin', 'there is no file specs/heir.swin in HEAD');
  missing('HEAD~1', 'specs/renamed.swin', 'there is no file specs/renamed.swin in HEAD~1');
  missing('HEAD', 'specs', 'specs is a folder in HEAD, not a spec');
  missing('HEAD', 'specs/*.swin', 'there is no file specs/*.swin in HEAD');
  missing('HEAD', '../specs/base.swin', '../specs/base.swin leads out of the repository');
  missing('HEAD', '/etc/passwd', '/etc/passwd leads out of the repository');
});

test('paths count from the top, or from here where they say so', ({ repository }) => {
  process.chdir(join(repository.path, 'specs'));
  assert.equal(answer('HEAD', 'specs/renamed.swin').windows, [8]);
  assert.equal(answer('HEAD', './renamed.swin').windows, [8]);
  assert.equal(answer('HEAD', '../specs/renamed.swin').windows, [8]);
  assert.is(gitHost('HEAD', './renamed.swin').entry, 'git:HEAD:specs/renamed.swin');
  assert.throws(
    () => gitHost('HEAD', 'renamed.swin'),
    /from the top of the repository, so write git:HEAD:\.\/renamed\.swin/,
  );
});

test('imports stay below the root, which may be named', ({ repository }) => {
  repository.write('specs/deep/heir.swin', heir('../base.swin'));
  repository.write('specs/deep/out.swin', heir('../../../base.swin'));
  repository.write('specs/base.swin', base(8));
  repository.commit();
  const outside = { windows: [undefined], codes: ['SW021', 'SW031'] };
  assert.equal(answer('HEAD', 'specs/deep/heir.swin'), outside);
  for (const root of ['specs', repository.path, '..', '/']) {
    assert.equal(answer('HEAD', 'specs/deep/heir.swin', { root }), { windows: [8], codes: [] }, root);
  }
  assert.equal(answer('HEAD', 'specs/deep/out.swin', { root: '/' }), outside);
  assert.throws(
    () => gitHost('HEAD', 'specs/deep/heir.swin', { root: '../elsewhere' }),
    /root .* lies outside of the rep/,
  );
});

test('symbolic links are refused, as files and as folders on the way', ({ repository }) => {
  repository.write('specs/base.swin', base(8));
  symlinkSync('base.swin', 'specs/link.swin');
  symlinkSync('specs', 'folder');
  symlinkSync('/etc', 'specs/away');
  repository.write('specs/linked.swin', heir('./link.swin'));
  repository.write('specs/passing.swin', heir('./away/passwd'));
  repository.commit();
  assert.throws(() => gitHost('HEAD', 'specs/link.swin'), /specs\/link\.swin is, or passes, a symbolic link in HEAD/);
  assert.throws(() => gitHost('HEAD', 'folder/base.swin'), /folder\/base\.swin is, or passes, a symbolic link in HEAD/);
  assert.equal(answer('HEAD', 'specs/linked.swin').codes, ['SW020', 'SW031']);
  assert.equal(answer('HEAD', 'specs/passing.swin').codes, ['SW020', 'SW031']);
});

test('a file is not read where it is too large', ({ repository }) => {
  repository.write('specs/large.swin', ' '.repeat(2 ** 20 + 1));
  repository.write('specs/heir.swin', heir('./large.swin'));
  repository.commit();
  assert.equal(answer('HEAD', 'specs/large.swin').codes, ['SW010']);
  assert.equal(answer('HEAD', 'specs/heir.swin').codes, ['SW010', 'SW031']);
});

test('diagnostics name the revision and show its text', ({ repository }) => {
  repository.write('specs/base.swin', base(8).replace('window ', 'windo  '));
  repository.write('specs/heir.swin', heir('./base.swin'));
  repository.commit();
  repository.write('specs/base.swin', base(8));
  const host = gitHost('main', 'specs/heir.swin');
  const { diagnostics } = resolve(host.entry, host);
  const printed = printDiagnostics(diagnostics, { read: (path) => host.read(path), color: false });
  assert.match(printed, /--> git:main:specs\/base\.swin:9:3\n +\|\n9 \| {3}windo {3}= 8\n/);
});

test('names that git would quote are names', ({ repository }) => {
  const names = ['spécs/a b.swin', 'specs/"quoted".swin', 'specs/:(top)*.swin', '-dash.swin', 'specs/a#b.swin'];
  for (const name of names) repository.write(name, base(8));
  repository.commit();
  for (const name of names) assert.equal(answer('HEAD', name).windows, [8], name);
});

test('a bare repository will do, and no repository will not', ({ repository }) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, 'none'));
  repository.git('clone', '--quiet', '--bare', repository.path, join(folder.path, 'bare'));
  process.chdir(join(folder.path, 'bare'));
  assert.equal(answer('HEAD', 'specs/renamed.swin').windows, [8]);
  process.chdir(join(folder.path, 'none'));
  assert.throws(() => gitHost('HEAD', 'specs/renamed.swin'), /^git finds no repository here: not a git repository/);
  folder.remove();
});

test('a shallow clone says that it is one', ({ repository }) => {
  const folder = temporaryFolder();
  repository.git('clone', '--quiet', '--depth', '1', `file://${repository.path}`, folder.path);
  process.chdir(folder.path);
  assert.throws(() => gitHost('HEAD~1', 'specs/heir.swin'), /HEAD~1 here: this clone is shallow, so fetch more of it/);
  folder.remove();
});

test.run();
