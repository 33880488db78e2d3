/** In real repositories, with the git of the machine. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder }>('swinc git-setup');

test.before.each((context) => {
  context.folder = temporaryFolder();
});

test.after.each(({ folder }) => folder.remove());

/** Nobody's settings but the repository's own, and no swinc that happens to be installed. */
const environment = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CEILING_DIRECTORIES: '/tmp',
  PATH: '/usr/bin:/bin',
};

function repository(folder: Folder): { cwd: string; git: (...parameters: readonly string[]) => string } {
  const cwd = join(folder.path, "it's a repository");
  mkdirSync(cwd);
  const git = (...parameters: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x', ...parameters], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    });
  git('init', '--quiet');
  return { cwd, git };
}

const spec = `swin 1
import "./base.swin"
/// The first.
model one extends base {
  dim   = 96
  heads = [3, 6]
}
model two extends base {
  input   = image(224, 224, 3)
  classes = 10
  patch   = 4
  dim     = 96
  depths  = [2, 2]
  window  = 7
  mlp     = 4
}
`;

test('`git diff` shows the fields that changed, in their model, and nothing that only looks different', async ({
  folder,
}) => {
  const { cwd, git } = repository(folder);
  const { code, stderr } = await swinc(['git-setup'], { cwd, environment });
  assert.is(code, 0, stderr);
  writeFileSync(join(cwd, 'a.swin'), spec);
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
  writeFileSync(
    join(cwd, 'a.swin'),
    spec.replace('dim   = 96', '// why\n\n  dim=96').replace('The first', 'Number one'),
  );
  assert.is(git('diff'), '');
  writeFileSync(join(cwd, 'a.swin'), spec.replace('mlp     = 4', 'mlp = 3\n  features.norm = layer  // new'));
  const [, ...changes] = git('diff').split(/^(?=@@)/m);
  assert.equal(changes, [
    '@@ -11,5 +11,6 @@ model two extends base\n   dim = 96\n   depths = [2, 2]\n   window = 7\n' +
      '-  mlp = 4\n+  mlp = 3\n+  features.norm = layer\n }\n',
  ]);
  writeFileSync(join(cwd, 'a.swin'), spec.replace('dim   = 96', 'dim   ='));
  assert.match(git('diff'), /^-\/\/\/|^\+ {2}dim {3}=$/m);
});

test('what is done twice is done once, and undone', async ({ folder }) => {
  const { cwd, git } = repository(folder);
  writeFileSync(join(cwd, '.gitattributes'), '*.png binary');
  const config = readFileSync(join(cwd, '.git/config'), 'utf8');
  mkdirSync(join(cwd, 'inner'));
  for (const inside of [cwd, join(cwd, 'inner')]) {
    assert.is((await swinc(['git-setup'], { cwd: inside, environment })).code, 0);
  }
  assert.is(readFileSync(join(cwd, '.gitattributes'), 'utf8'), '*.png binary\n*.swin diff=swin\n');
  assert.is(git('config', '--get-all', 'diff.swin.textconv').trimEnd().split('\n').length, 1);
  for (let time = 0; time < 2; time += 1) {
    assert.is((await swinc(['git-setup', '--remove'], { cwd, environment })).code, 0);
  }
  assert.is(readFileSync(join(cwd, '.gitattributes'), 'utf8'), '*.png binary\n');
  assert.is(readFileSync(join(cwd, '.git/config'), 'utf8'), config);
});

test('--print changes nothing, and what it prints does the same in a shell', async ({ folder }) => {
  const { cwd, git } = repository(folder);
  const script = (await swinc(['git-setup', '--print'], { cwd, environment })).stdout;
  assert.not(existsSync(join(cwd, '.gitattributes')));
  execFileSync('sh', ['-c', script], { cwd, env: { ...process.env, ...environment } });
  const settings = (): readonly string[] => [
    readFileSync(join(cwd, '.gitattributes'), 'utf8'),
    git('config', 'diff.swin.textconv'),
    git('config', 'diff.swin.xfuncname'),
  ];
  const printed = settings();
  await swinc(['git-setup', '--remove'], { cwd, environment });
  await swinc(['git-setup'], { cwd, environment });
  assert.equal(settings(), printed);
  assert.match((await swinc(['git-setup', '--print', '--remove'], { cwd, environment })).stdout, /--unset-all/);
});

test('a swinc on the PATH is called by its name, unless npm put it there for a while', async ({ folder }) => {
  const { cwd, git } = repository(folder);
  const command = join(import.meta.dirname, '../../dist/swinc.mjs');
  for (const [inner, called] of [
    ['bin', /^swinc textconv\n$/],
    ['node_modules/.bin', /^'.*node' '.*swinc\.mjs' textconv\n$/],
  ] as const) {
    const bin = join(folder.path, inner);
    mkdirSync(bin, { recursive: true });
    symlinkSync(command, join(bin, 'swinc'));
    await swinc(['git-setup'], { cwd, environment: { ...environment, PATH: `${bin}:${environment.PATH}` } });
    assert.match(git('config', 'diff.swin.textconv'), called);
  }
});

test('outside of a repository is a usage error', async ({ folder }) => {
  const { code, stderr } = await swinc(['git-setup'], { cwd: folder.path, environment });
  assert.is(code, 2);
  assert.match(stderr, /not in the working tree of a git repository/);
  const without = await swinc(['git-setup'], { cwd: folder.path, environment: { ...environment, PATH: '/nowhere' } });
  assert.match(without.stderr, /there is no git/);
});

test.run();
