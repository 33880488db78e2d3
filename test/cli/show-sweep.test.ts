import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Ended, json, swinc } from './command.ts';
import { temporaryFolder } from './temporary-folder.ts';

const test = suite('swinc show FILE#SWEEP');

interface Variant {
  readonly label: string;
  readonly varies: Readonly<Record<string, string>>;
  readonly model: string;
  readonly params: number;
  readonly shifted: number;
  readonly rollBytes: { readonly eager: number; readonly planned: number };
  readonly onnxTool: { readonly macs: number; readonly params: number } | null;
  readonly stages: readonly { readonly windows: number; readonly shifted: number }[];
}

interface Sweep {
  readonly formatVersion: string;
  readonly sweep: string;
  readonly base: string;
  readonly variants: readonly Variant[];
}

const shown = (argument: string): Promise<Sweep> => json(['show', argument, '--format', 'json']);

test('Table 4: which stages shift, and what that rolls', async () => {
  const { variants, ...rest } = await shown('specs/paper.swin#table4');
  assert.equal(rest, { formatVersion: '1.0', sweep: 'table4', base: 'swin-b' });
  const [first, second, third] = [6_422_528, 3_211_264, 14_450_688];
  assert.equal(
    variants.map(({ label, shifted, rollBytes }) => [label, shifted, rollBytes.eager]),
    [
      ['1111', 11, first + second + third],
      ['0111', 10, second + third],
      ['0011', 9, third],
      ['0001', 0, 0],
      ['0010', 9, third],
      ['0100', 1, second],
      ['1000', 1, first],
      ['0000', 0, 0],
    ],
  );
  assert.equal(new Set(variants.map(({ rollBytes }) => rollBytes.planned)), new Set([0]));
  assert.equal(variants[1]?.varies, { shift: 'off,on,on,on' });
  assert.is(variants[1]?.model, 'table4["0111"]');
});

test('Table 5: windows by stage, each variant a model with all its figures', async () => {
  const [{ variants }, alone] = await Promise.all([
    shown('specs/paper.swin#table5'),
    json<Variant>(['show', 'specs/paper.swin#table5[window=7,14,14,7]', '--format', 'json']),
  ]);
  assert.equal(
    variants.map(({ label, stages }) => `${label}: ${stages.map(({ windows }) => windows)}`),
    [
      'window=7,7,7,7: 64,16,4,1',
      'window=7,7,14,7: 64,16,1,1',
      'window=7,14,7,7: 64,4,4,1',
      'window=14,7,7,7: 16,16,4,1',
      'window=7,14,14,7: 64,4,1,1',
      'window=14,7,14,7: 16,16,1,1',
      'window=14,14,7,7: 16,4,4,1',
      'window=14,14,14,7: 16,4,1,1',
    ],
  );
  const label = 'window=7,14,14,7';
  assert.equal({ formatVersion: '1.0', ...variants[4] }, { ...alone, label, varies: { window: '7,14,14,7' } });
});

/** MACs in 1e9 and parameters in 1e6, as the paper prints them. */
const table6: Readonly<Record<string, readonly [macs: string, params: string]>> = {
  'Swin-B': ['15.9', '88.7'],
  'Swin-B-BR': ['15.6', '88.7'],
  'Swin-Free-T': ['5.0', '31.6'],
  'Swin-Free-S': ['9.7', '58.3'],
  'Swin-Free-B': ['16.8', '99.4'],
  'Swin-Free-T-BR': ['4.8', '31.6'],
  'Swin-Free-S-BR': ['9.5', '58.3'],
  'Swin-Free-B-BR': ['16.4', '99.4'],
  'Swin-Free-B-DR10': ['11.3', '69.3'],
  'Swin-Free-B-DR12': ['12.7', '76.8'],
  'Swin-Free-B-DR14': ['14.0', '84.4'],
  'Swin-Free-B-DR16': ['15.4', '91.9'],
  'Swin-Free-B-BR-DR12': ['12.4', '76.9'],
  'Swin-Free-B-BR-DR14': ['13.7', '84.4'],
  'Swin-Free-B-BR-DR16': ['15.1', '91.9'],
};

test('Table 6: fifteen rows of fifteen, in both columns', async () => {
  const { variants } = await shown('specs/paper.swin#table6');
  const printed = variants.map(({ label, onnxTool }) => [
    label,
    [((onnxTool?.macs ?? 0) / 1e9).toFixed(1), ((onnxTool?.params ?? 0) / 1e6).toFixed(1)],
  ]);
  assert.equal(Object.fromEntries(printed), table6);
});

test('the text has a line a variant, and fits a terminal', async () => {
  const { stdout, stderr, code } = await swinc(['show', 'specs/paper.swin#table5']);
  assert.is(code, 0);
  assert.is(stderr, '');
  assert.match(stdout, /^table5 {2}8 variants of swin-free-b\n/);
  const row =
    /\n +window=7,14,14,7 +64,4,1,1 +0,0,0,0 +87,938,464 +16\.080 G +99,409,025 +16\.751 G +127 +635\.1 MB +0 B\n/;
  assert.match(stdout, row);
  assert.ok(Math.max(...stdout.split('\n').map(({ length }) => length)) <= 120);
});

test('markdown and CSV have the same rows, and say what a case sets', async () => {
  const [markdown, csv] = await Promise.all(
    ['markdown', 'csv'].map((format) => swinc(['show', 'specs/paper.swin#table4', '--format', format])),
  );
  assert.match(markdown?.stdout ?? '', /^### table4, 8 variants of swin-b\n\n\| variant \| varies \| windows \|/);
  assert.match(markdown?.stdout ?? '', /\n\| 0111 \| shift=off,on,on,on \| 64,16,4,1 \| 0,1,9,0 \| 87,768,224 \|/);
  assert.match(csv?.stdout ?? '', /^sweep,variant,varies,stages\.window,stages\.windows,stages\.shifted,params,macs,/);
  assert.match(csv?.stdout ?? '', /\ntable4,0111,"shift=off,on,on,on","7,7,7,7","64,16,4,1","0,1,9,0",87768224,/);
  assert.is(csv?.stdout.trimEnd().split('\n').length, 9);
});

/** What follows a small model in a file of its own. */
async function shownFrom(sweep: string): Promise<Ended> {
  const folder = temporaryFolder();
  const file = join(folder.path, 'small.swin');
  const base = `swin 1
model base {
  input = image(64, 64, 3)
  classes = 10
  dim = 32
  depths = [2, 2]
  heads = [2, 4]
  window = 4
}
`;
  writeFileSync(file, `${base}${sweep}\n`);
  try {
    return await swinc(['show', `${file}#small`]);
  } finally {
    folder.remove();
  }
}

test('cases say what they set where there is room, and onnx-tool nothing of what it never counted', async () => {
  const { stdout } = await shownFrom(`sweep small extends base {
  case "first stage" { shift = [on, off] }
  case "deeper" {
    shift = off
    stage 2 { depth = 4 }
  }
}`);
  assert.match(stdout, /\n +variant +varies +windows +shifted +params +MACs +planned +planned +eager\n/);
  assert.match(stdout, /\n +deeper +shift=off, stage 2 depth=4 +16,4 +0,0 /);
  assert.not.match(stdout, /onnx-tool/);
});

test('a variant that breaks an assertion of its sweep is an error', async () => {
  const { stdout, stderr, code } = await shownFrom(`sweep small extends base {
  vary window in [4, 8]
  assert params < 137k
}`);
  assert.is(code, 1);
  assert.is(stdout, '');
  assert.match(stderr, /in the variant small\[window=8\]/);
});

test.run();
