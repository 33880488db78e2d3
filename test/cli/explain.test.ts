import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { json, swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder }>('swinc explain');

test.before.each((context) => {
  context.folder = temporaryFolder();
});

test.after.each(({ folder }) => folder.remove());

interface Step {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly model: string;
  readonly stage: number | null;
  readonly text: string;
  readonly fate: string;
  readonly decidesFor: readonly number[];
}

interface Explained {
  readonly formatVersion: string;
  readonly model: string;
  readonly fields: readonly {
    readonly path: string;
    readonly text: string;
    readonly stages: readonly unknown[];
    readonly default: boolean;
    readonly follows: string | null;
    readonly documentation: string;
    readonly from: readonly Step[];
    readonly clamped: readonly unknown[];
  }[];
}

const shortened = 'specs/swin-free-br-dr.swin#swin-free-b-br-dr12';

const family = `swin 1
model base {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = 4
  stage 2 {
    window = 8 // the grid
  }
}
model heir extends base {
  window = [4,
    4]
}
`;

/** What the command prints, and nothing else. */
async function printed(...parameters: readonly string[]): Promise<string> {
  const { stdout, stderr, code } = await swinc(['explain', ...parameters]);
  assert.equal({ stderr, code }, { stderr: '', code: 0 });
  return stdout;
}

test('the lines that had a say, the oldest first, and the one that decides', async () => {
  assert.is(
    await printed(shortened, 'window'),
    `window = [7, 14, 14, 7]   of swin-free-b-br-dr12
  specs/swin-b.swin:10:13      swin-b       window = 7
  specs/swin-free-b.swin:5:12  swin-free-b  window = [7, 14, 14, 7]  <- decides
`,
  );
  assert.is(
    await printed(shortened, 'depths'),
    `depths = [2, 2, 12, 2]   of swin-free-b-br-dr12
  specs/swin-b.swin:8:13            swin-b               depths = [2, 2, 18, 2]  <- decides for stages 1, 2, 4
  specs/swin-free-br-dr.swin:10:21  swin-free-b-br-dr12  stage 3 { depth = 12 }  <- decides
`,
  );
});

test('the variant of a sweep, whose line is its choice', async () => {
  assert.is(
    await printed('specs/paper.swin#table5[window=7,14,14,7]', 'window'),
    `window = [7, 14, 14, 7]   of table5[window=7,14,14,7]
  specs/swin-b.swin:10:13      swin-b                    window = 7
  specs/swin-free-b.swin:5:12  swin-free-b               window = [7, 14, 14, 7]
  specs/paper.swin:25:5        table5[window=7,14,14,7]  [7, 14, 14, 7],          <- decides
`,
  );
});

test('a field of one stage, in one word or two', async () => {
  const expected = `stage 3.depth = 12   of swin-free-b-br-dr12
  specs/swin-b.swin:8:13            swin-b               depths = [2, 2, 18, 2]
  specs/swin-free-br-dr.swin:10:21  swin-free-b-br-dr12  stage 3 { depth = 12 }  <- decides
`;
  assert.is(await printed(shortened, 'stage 3.depth'), expected);
  assert.is(await printed(shortened, 'stage', '3.depth'), expected);
});

test('a default says what the field is, and a part says what it follows', async () => {
  assert.is(
    await printed(shortened, 'clamp'),
    'clamp = on   of swin-free-b-br-dr12\n  default: what happens to a window that is larger than the grid\n',
  );
  assert.is(
    await printed('specs/swin-b.swin', 'merge.norm'),
    `merge.norm = layer(eps: 1e-5)   of swin-b
  follows \`norm\`
  specs/swin-b.swin:13:13  swin-b  norm = layer(eps: 1e-5)  <- decides
`,
  );
});

test('what clamping makes of it', async () => {
  assert.is(
    await printed('specs/swin-b.swin', 'shift'),
    `shift = on   of swin-b
  specs/swin-b.swin:11:13  swin-b  shift = on  <- decides
  stage 4: 3 becomes 0 on its 7x7 grid (clamp = on)
`,
  );
});

test('a patch that a list discards is marked, and says its stage and its remark', async ({ folder }) => {
  writeFileSync(join(folder.path, 'family.swin'), family);
  const { stdout } = await swinc(['explain', 'family.swin#heir', 'window'], { cwd: folder.path });
  assert.is(
    stdout,
    `window = 4   of heir
  family.swin:9:13   base  window = 4
  family.swin:11:14  base  stage 2: window = 8 // the grid  <- discarded: a later line sets every stage
  family.swin:15:12  heir  window = [4,                     <- decides
`,
  );
});

test('without a field, all of them, a line each', async () => {
  const lines = (await printed(shortened)).split('\n');
  assert.is(lines[0], 'swin-free-b-br-dr12');
  const line = (field: string) => (lines.find((each) => each.startsWith(`  ${field} = `)) ?? '').replaceAll(/ +/g, ' ');
  assert.is(line('clamp'), ' clamp = on default');
  assert.is(line('window'), ' window = [7, 14, 14, 7] specs/swin-free-b.swin:5:12 swin-free-b');
  assert.match(line('patch.norm'), / swin-free-b-br, follows norm$/);
  assert.match(line('depths'), / swin-free-b-br-dr12, and 1 more$/);
});

test('JSON has every key, for one field or for all', async () => {
  const one = await json<Explained>(['explain', 'specs/swin-b.swin', 'stage 4.shift', '--format', 'json']);
  assert.equal(one, {
    formatVersion: '1.0',
    model: 'swin-b',
    fields: [
      {
        path: 'stage 4.shift',
        text: 'on',
        stages: [],
        default: false,
        follows: null,
        documentation: '`on`, `off`, an amount for blocks 1, 3, 5…, or `cycle(0, 3)` for every block',
        from: [
          {
            file: 'specs/swin-b.swin',
            line: 11,
            column: 13,
            model: 'swin-b',
            stage: null,
            text: 'shift = on',
            fate: 'decides',
            decidesFor: [4],
          },
        ],
        clamped: [{ stage: 4, grid: [7, 7], asked: [3, 3], clamped: [0, 0] }],
      },
    ],
  });
  const all = await json<Explained>(['explain', 'specs/micro/micro-cycle-windows.swin', '--format', 'json']);
  assert.ok(all.fields.length > 20);
  const window = all.fields.find(({ path }) => path === 'window');
  assert.equal(window?.stages, [{ path: 'stage 1.window', text: 'cycle(4, 8)' }]);
});

const misnamed: readonly (readonly [field: string, message: RegExp])[] = [
  ['windw', /there is no field `windw`: did you mean `window`\?/],
  ['depth', /did you mean `depths`\?/],
  ['stage 5.window', /there is no stage 5: the model has 4/],
  ['stage 0.window', /there is no stage 0/],
  ['stage 1.windw', /a stage has no field `windw`: did you mean `window`\?/],
  ['stage 1', /name a field of the stage, such as `stage 1\.depth`/],
  ['preprocess', /`preprocess` has several fields: name `preprocess\.resize`/],
  ['toString', /there is no field `toString`/],
];

test('a field that is not there is a mistake of the caller', async () => {
  for (const [field, message] of misnamed) {
    const { stdout, stderr, code } = await swinc(['explain', 'specs/swin-b.swin', field]);
    assert.equal({ stdout, code }, { stdout: '', code: 2 }, field);
    assert.match(stderr, message);
  }
});

test('a model with errors is explained as far as its fields can be read', async ({ folder }) => {
  const circumstances = { cwd: folder.path };
  writeFileSync(join(folder.path, 'odd.swin'), family.replace('= 4\n', '= 3\n'));
  const odd = await swinc(['explain', 'odd.swin#base', 'window'], circumstances);
  assert.is(odd.code, 1);
  assert.match(odd.stdout, /^window = \[3, 8\] {3}of base\n/);
  assert.match(odd.stderr, /error\[SW201\]/);
  writeFileSync(join(folder.path, 'lost.swin'), family.replace('= 4\n', '= yes\n'));
  const lost = await swinc(['explain', 'lost.swin#base', 'dim'], circumstances);
  assert.equal([lost.code, lost.stdout], [1, '']);
  assert.match(lost.stderr, /error\[SW103\]/);
});

test('control characters of a spec do not reach the terminal', async ({ folder }) => {
  writeFileSync(join(folder.path, 'a.swin'), family.replace('// the grid', '// \u001b[2J\u0007'));
  const { stdout, code } = await swinc(['explain', 'a.swin#base', 'window'], { cwd: folder.path });
  assert.is(code, 0);
  assert.match(stdout, /window = 8 \/\/ \uFFFD\[2J\uFFFD/);
});

test.run();
