import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { json, swinc } from './command.ts';

const test = suite('swinc show');

interface Both {
  readonly eager: number;
  readonly planned: number;
}

interface Costs {
  readonly params: number;
  readonly macs: number;
  readonly tokens: number;
  readonly windows: number;
  readonly shifted: number;
  readonly dispatches: Both;
  readonly bytesMoved: Both;
  readonly rollBytes: Both;
  readonly memory: { readonly weights: number; readonly activations: Both; readonly workgroup: number };
  readonly onnxTool: { readonly macs: number; readonly params: number } | null;
}

interface Stage extends Costs {
  readonly grid: readonly number[];
  readonly window: readonly number[];
  readonly dim: number;
  readonly heads: number;
  readonly depth: number;
  readonly blocks: readonly { readonly window: readonly number[]; readonly shift: readonly number[] }[];
}

interface Description extends Costs {
  readonly formatVersion: string;
  readonly model: string;
  readonly input: readonly number[];
  readonly stages: readonly Stage[];
  readonly outside: Costs;
}

const costKeys = [
  'params',
  'macs',
  'tokens',
  'windows',
  'shifted',
  'dispatches',
  'bytesMoved',
  'rollBytes',
  'memory',
  'onnxTool',
];

test('JSON holds the published figures of Swin-B', async () => {
  const shown = await json<Description>(['show', 'specs/swin-b.swin', '--format', 'json']);
  assert.equal(Object.keys(shown), ['formatVersion', 'model', 'input', ...costKeys, 'stages', 'outside']);
  assert.is(shown.formatVersion, '1.0');
  assert.is(shown.model, 'swin-b');
  assert.equal(shown.input, [224, 224, 3]);
  assert.is(shown.params, 87_768_224);
  assert.is((shown.macs / 1e9).toFixed(3), '15.431');
  assert.equal(
    shown.stages.map(({ windows }) => windows),
    [64, 16, 4, 1],
  );
  assert.equal(
    shown.stages.map(({ shifted }) => shifted),
    [1, 1, 9, 0],
  );
  for (const stage of shown.stages) {
    assert.equal(Object.keys(stage), ['grid', 'window', ...costKeys, 'dim', 'heads', 'depth', 'blocks']);
    assert.is(stage.blocks.length, stage.depth);
  }
  assert.equal(Object.keys(shown.outside), costKeys);
  assert.equal(shown.stages[2]?.blocks.slice(0, 2), [
    { window: [7, 7], shift: [0, 0] },
    { window: [7, 7], shift: [3, 3] },
  ]);
});

test('JSON holds what shifting costs, eagerly and as planned, beside what onnx-tool would say', async () => {
  const { rollBytes, dispatches, bytesMoved, memory, onnxTool, stages } = await json<Description>([
    'show',
    'specs/swin-b.swin',
    '--format',
    'json',
  ]);
  assert.equal(rollBytes, { eager: 24_084_480, planned: 0 });
  assert.equal(
    stages.map((stage) => stage.rollBytes.eager),
    [6_422_528, 3_211_264, 14_450_688, 0],
  );
  assert.equal(dispatches, { eager: 325, planned: 127 });
  assert.ok(bytesMoved.planned < bytesMoved.eager);
  assert.ok(memory.activations.planned < memory.activations.eager);
  assert.ok(memory.weights > 4 * 87e6 && memory.workgroup > 0);
  assert.is(((onnxTool?.macs ?? 0) / 1e9).toFixed(4), '15.9116');
  assert.is(((onnxTool?.params ?? 0) / 1e6).toFixed(4), '88.6625');
});

test('a stage holds its merging, and what is outside of the stages is by itself', async () => {
  const { stages, outside, params, macs } = await json<Description>(['show', 'specs/swin-t.swin', '--format', 'json']);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const [embedding, head] = [96 * 48 + 96 + 2 * 96, 2 * 768 + 768 * 1000 + 1000];
  assert.is(outside.params, embedding + head);
  assert.is(outside.macs, 56 * 56 * 48 * 96 + 768 * 1000);
  assert.is(params - sum(stages.map((stage) => stage.params)), outside.params);
  assert.is(macs - sum(stages.map((stage) => stage.macs)), outside.macs);
});

test('the tables have a row a stage, one outside of them, and the totals', async () => {
  const { stdout, stderr, code } = await swinc(['show', 'specs/swin-free-t.swin']);
  assert.is(code, 0);
  assert.is(stderr, '');
  assert.match(stdout, /^swin-free-t {2}224 x 224 x 3\n +onnx-tool\n/);
  assert.match(stdout, /\n +2 +28x28 +784 +14 +4 +0 +192 +6 +2 +1,194,924 +0\.869 G +1,643,220 +0\.943 G\n/);
  assert.match(stdout, /\n +total +4165 +70 +0 +28,335,394 +4\.712 G +31,571,063 +5\.011 G\n/);
  assert.match(stdout, /\n +2 +27 +11 +60\.5 MB +32\.2 MB +0 B +0 B +5\.4 MB +4\.2 MB +4\.8 MB\n/);
  assert.match(stdout, /\nworkgroup memory: 16,384 bytes at most; every adapter has 16,384\.\n/);
  assert.match(stdout, /\noutside: of the stages, that is the patch embedding, the head /);
  const widest = Math.max(...stdout.split('\n').map(({ length }) => length));
  assert.ok(widest <= 120, `a terminal of 120 columns shows ${widest}`);
});

test('onnx-tool has no column where the paper exported nothing of the kind', async () => {
  const { stdout } = await swinc(['show', 'specs/micro/micro-swin.swin']);
  assert.not.match(stdout, /onnx-tool/);
  const { onnxTool } = await json<Description>(['show', 'specs/micro/micro-swin.swin', '--format', 'json']);
  assert.is(onnxTool, null);
});

test('markdown has the same rows as two tables', async () => {
  const { stdout } = await swinc(['show', 'specs/swin-free-t.swin', '--format', 'markdown']);
  assert.match(
    stdout,
    /^### swin-free-t, 224 x 224 x 3\n\n\| stage \| grid \| .* \| onnx-tool params \| onnx-tool MACs \|\n/,
  );
  assert.match(stdout, /\n\| 2 \| 28x28 \| 784 \| 14 \| 4 \| 0 \| 192 \| 6 \| 2 \| 1,194,924 \| 0\.869 G \|/);
  const tables = stdout.split('\n\n').filter((part) => part.startsWith('|'));
  assert.equal(
    tables.map((table) => table.split('\n').length),
    [8, 8],
  );
  for (const table of tables) {
    assert.is(new Set(table.split('\n').map((line) => line.split('|').length)).size, 1);
  }
});

test('CSV has a line a row, and every figure of the JSON as a plain number', async () => {
  const { stdout } = await swinc(['show', 'specs/swin-b.swin', '--format', 'csv']);
  const [head = [], ...rows] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  assert.equal(
    rows.map((row) => row[head.indexOf('stage')]),
    ['1', '2', '3', '4', 'outside', 'total'],
  );
  for (const row of rows) assert.is(row.length, head.length);
  const total = (name: string) => rows.at(-1)?.[head.indexOf(name)];
  assert.is(total('model'), 'swin-b');
  assert.is(total('params'), '87768224');
  assert.is(total('rollBytes.eager'), '24084480');
  assert.is(total('memory.activations.planned'), '11239424');
  assert.is(total('onnxTool.params'), '88662512');
  assert.is(total('grid'), '');
});

test('a stage of several windows is one cell of CSV', async () => {
  const { stdout } = await swinc(['show', 'specs/micro/micro-cycle-windows.swin', '--format', 'csv']);
  assert.match(stdout, /\nmicro-cycle-windows,1,16x16,"4, 8",16,/);
});

test('rectangles and several windows are spelled out', async () => {
  assert.match((await swinc(['show', 'specs/micro/micro-rectangular.swin'])).stdout, / 4x8 /);
  assert.match((await swinc(['show', 'specs/micro/micro-cycle-windows.swin'])).stdout, /\d, \d/);
});

test('a file with several models wants a name', async () => {
  const unnamed = await swinc(['show', 'specs/swin-br.swin']);
  const several = await swinc(['show', 'specs/swin-free-br.swin']);
  assert.is(unnamed.code, 0, unnamed.stderr);
  assert.is(several.code, 1);
  assert.is(several.stdout, '');
  assert.match(several.stderr, /swin-free-t-br, swin-free-s-br, swin-free-b-br/);
  const { model } = await json<Description>(['show', 'specs/swin-free-br.swin#swin-free-b-br', '--format', 'json']);
  assert.is(model, 'swin-free-b-br');
  const misspelt = await swinc(['show', 'specs/swin-free-br.swin#swin-free-b-bn']);
  assert.is(misspelt.code, 1);
  assert.match(misspelt.stderr, /did you mean `swin-free-b-br`/);
});

test.run();
