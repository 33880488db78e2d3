import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Difference, fates } from '../../compiler/diff/difference.ts';
import type { SweepDifference } from '../../compiler/diff/sweep.ts';
import { json, swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder }>('swinc diff');

/** Heirs of one small model, each as far from it as its name says. */
const models = `swin 1
model base {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = 4
}
model same extends base { mlp = 4 }
model loadable extends base { shift = off }
model retrain extends base { window = 8 }
model interface extends base { classes = 9 }
sweep windows extends base { vary window in [2, 4, 8] }
model broken extends base { window = 5 }
`;

test.before.each((context) => {
  context.folder = temporaryFolder();
  writeFileSync(join(context.folder.path, 'models.swin'), models.replace(/model broken.*\n/, ''));
  writeFileSync(join(context.folder.path, 'broken.swin'), models);
});

test.after.each(({ folder }) => folder.remove());

const compare = (folder: Folder, to: string, ...options: readonly string[]) =>
  swinc(['diff', 'models.swin#base', `models.swin#${to}`, ...options], { cwd: folder.path });

test('the text has the changed figures, the hidden counts and, last, the verdict', async ({ folder }) => {
  const { stdout, stderr, code } = await compare(folder, 'retrain');
  assert.is(code, 0);
  assert.is(stderr, '');
  assert.match(stdout, /^base → retrain\nA {2}models\.swin#base\nB {2}models\.swin#retrain\n/);
  assert.match(
    stdout,
    /\nfields {2}1 changed, \d\d the same\n {2}window {2}4 {2}→ {2}8 {2}models\.swin:9 → models\.swin:\d\d\n/,
  );
  assert.match(stdout, /\n {2}windows +16 → 4 +4 → 1 +20 → 5 +-15 +-75\.0 %\n/);
  assert.match(stdout, /\n {2}bytes rolled +eager .* → 65\.54 KB +-32\.77 KB +-33\.3 %\n +planned +· +· +0 B\n/);
  assert.match(stdout, /\nderived {2}for one image; \d figures are the same\n/);
  assert.match(stdout, /\n +4 need interpolation\n +4 {2}window 4x4 in A, window 8x8 in B {2}as layers\.0/);
  assert.match(stdout, /\n\nRETRAIN {2}4 tensors need interpolation: .*\n$/);
});

test('--all shows every tensor and what is the same', async ({ folder }) => {
  const [some, all] = await Promise.all([compare(folder, 'retrain'), compare(folder, 'retrain', '--all')]);
  assert.not.match(some.stdout, /layers\.1\.blocks\.1\.mlp\.fc2\.weight/);
  assert.match(all.stdout, /layers\.1\.blocks\.1\.mlp\.fc2\.weight +\[32, 128\]\n/);
  assert.match(all.stdout, /\n {2}tokens +256 +64 +320\n/);
  assert.match(all.stdout, /; 0 figures are the same\n/);
});

/** Each with the next verdict, which does not fail it. */
const levels = [
  { to: 'same', verdict: 'IDENTICAL', beyond: 'plan' },
  { to: 'loadable', verdict: 'LOADABLE', beyond: 'retrain' },
  { to: 'retrain', verdict: 'RETRAIN', beyond: 'interface' },
  { to: 'interface', verdict: 'INTERFACE', beyond: undefined },
] as const;

for (const { to, verdict, beyond } of levels) {
  test(`--fail-on ends with 1 at ${verdict} and not below it, whatever is printed`, async ({ folder }) => {
    const failed = await compare(folder, to, '--fail-on', verdict.toLowerCase());
    const passed = await compare(folder, to, ...(beyond === undefined ? [] : ['--fail-on', beyond]));
    assert.equal([failed.code, passed.code], [1, 0]);
    assert.match(failed.stdout, new RegExp(`\\n${verdict} {2}`));
    assert.is(passed.stdout, failed.stdout);
  });
}

test('two types of one model are another plan', async ({ folder }) => {
  const { stdout, code } = await compare(folder, 'same', '--dtype', 'f32,f16', '--fail-on', 'PLAN');
  assert.is(code, 1);
  assert.match(stdout, /^base in f32 → same in f16\n/);
  assert.match(stdout, /\nPLAN {2}/);
  const { stdout: both } = await compare(folder, 'same', '--dtype', 'f16');
  assert.match(both, /\nIDENTICAL {2}/);
});

interface Failure {
  readonly what: string;
  readonly parameters: readonly string[];
  readonly stderr: RegExp;
}

const failures: readonly Failure[] = [
  { what: 'one model', parameters: ['models.swin#base'], stderr: /name two models to compare: swinc diff A B/ },
  { what: 'no model', parameters: [], stderr: /name two models to compare/ },
  { what: 'a missing file', parameters: ['models.swin#base', 'gone.swin'], stderr: /there is no file gone\.swin/ },
  { what: 'an unknown model', parameters: ['models.swin#base', 'models.swin#bass'], stderr: /did you mean `base`/ },
  { what: 'errors in B', parameters: ['models.swin#base', 'broken.swin#same'], stderr: /window 5 does not divide/ },
  { what: 'errors in A', parameters: ['broken.swin#same', 'models.swin#base'], stderr: /window 5 does not divide/ },
  {
    what: 'an unknown verdict',
    parameters: ['models.swin#base', 'models.swin#same', '--fail-on', 'change'],
    stderr: /one of identical, plan, loadable, retrain, interface/,
  },
  {
    what: 'an unknown type',
    parameters: ['models.swin#base', 'models.swin#same', '--dtype', 'f32,f64'],
    stderr: /f32, f16, or one for each model/,
  },
  {
    what: 'a folder that is not there',
    parameters: ['models.swin#base', 'models.swin#same', '-o', 'gone/diff.txt'],
    stderr: /gone\/diff\.txt: there is no such file or folder/,
  },
  { what: 'a sweep that is a model', parameters: ['--sweep', 'models.swin#base'], stderr: /is a model: name a sweep/ },
  {
    what: 'a sweep and a model',
    parameters: ['models.swin#base', '--sweep', 'models.swin#base'],
    stderr: /leave out A and B/,
  },
];

for (const { what, parameters, stderr } of failures) {
  test(`${what} ends with 2 and prints no difference`, async ({ folder }) => {
    const ended = await swinc(['diff', ...parameters], { cwd: folder.path });
    assert.is(ended.code, 2);
    assert.is(ended.stdout, '');
    assert.match(ended.stderr, stderr);
  });
}

test('an assertion that fails is an error', async ({ folder }) => {
  writeFileSync(
    join(folder.path, 'asserted.swin'),
    models.replace(/model same(.|\n)*/, '').replace(/\}\n$/, '  assert params == 1\n}\n'),
  );
  const { stdout, stderr, code } = await swinc(['diff', 'models.swin#base', 'asserted.swin'], { cwd: folder.path });
  assert.is(code, 2);
  assert.is(stdout, '');
  assert.match(stderr, /assert params == 1/);
});

test('-o writes what would be printed', async ({ folder }) => {
  const [printed, written] = await Promise.all([
    compare(folder, 'retrain'),
    compare(folder, 'retrain', '-o', 'diff.txt'),
  ]);
  assert.is(written.stdout, '');
  assert.is(readFileSync(join(folder.path, 'diff.txt'), 'utf8'), printed.stdout);
});

test('JSON has every part, and the figures of Swin-B and Swin-Free-B', async () => {
  const found = await json<Difference>(['diff', 'specs/swin-b.swin', 'specs/swin-free-b.swin', '--format', 'json']);
  assert.equal(Object.keys(found), [
    'formatVersion',
    'a',
    'b',
    'verdict',
    'meaning',
    'fields',
    'unchangedFields',
    'derived',
    'weights',
    'plan',
  ]);
  assert.is(found.formatVersion, '1.0');
  assert.is(found.verdict, 'RETRAIN');
  assert.equal(
    fates.map((fate) => found.weights[fate].count),
    [309, 20, 0, 0, 0],
  );
  assert.equal(found.derived.total.params, { from: 87_768_224, to: 87_938_464 });
  assert.equal(found.derived.total.rollBytes.planned, { from: 0, to: 0 });
});

test('two variants of one sweep', async ({ folder }) => {
  const variants = ['models.swin#windows[window=4]', 'models.swin#windows[window=8]'];
  const { stdout, code } = await swinc(['diff', ...variants], { cwd: folder.path });
  assert.is(code, 0);
  assert.match(stdout, /^windows\[window=4\] → windows\[window=8\]\n/);
  assert.match(stdout, /\n {2}window {2}4 {2}→ {2}8 /);
});

const sweep = ['diff', '--sweep', 'models.swin#windows'];

test('a sweep is a matrix: a row for each variant, and the worst of them counts', async ({ folder }) => {
  const [passed, failed] = await Promise.all(
    ['interface', 'retrain'].map((level) => swinc([...sweep, '--fail-on', level], { cwd: folder.path })),
  );
  assert.equal([passed?.code, failed?.code], [0, 1]);
  const { stdout = '' } = passed ?? {};
  assert.match(stdout, /^windows {2}3 variants against base\nA {2}models\.swin#windows\n/);
  assert.match(stdout, /\n *window=2 +RETRAIN +window .* 59 +4 +· +· +·\n/);
  assert.match(stdout, /\n *window=4 +IDENTICAL +· .* 63 +· +· +· +·\n/);
});

test('the matrix as JSON and as Markdown', async ({ folder }) => {
  const asJson = await json<SweepDifference>([...sweep, '--format', 'json'], { cwd: folder.path });
  assert.equal([asJson.formatVersion, asJson.sweep, asJson.base.model], ['1.0', 'windows', 'base']);
  const [first, second, ...others] = asJson.variants;
  assert.equal(first?.weights, { carry: 59, interpolate: 4, new: 0, dropped: 0, notTransferable: 0 });
  assert.equal([second?.label, second?.verdict, others.length], ['window=4', 'IDENTICAL', 1]);
  const { stdout } = await swinc([...sweep, '--format', 'markdown'], { cwd: folder.path });
  assert.match(stdout, /^### `windows`: 3 variants against `base`\n\n\| variant \|/);
  assert.is(stdout.match(/^\| `window=/gm)?.length, 3);
});

test.run();
