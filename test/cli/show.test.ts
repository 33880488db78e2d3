import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { json, swinc } from './command.ts';

const test = suite('swinc show');

interface Description {
  readonly model: string;
  readonly input: readonly number[];
  readonly params: number;
  readonly macs: number;
  readonly stages: readonly {
    readonly grid: readonly number[];
    readonly window: readonly number[];
    readonly windows: number;
    readonly shifted: number;
    readonly dim: number;
    readonly heads: number;
    readonly depth: number;
    readonly params: number;
    readonly macs: number;
    readonly blocks: readonly { readonly window: readonly number[]; readonly shift: readonly number[] }[];
  }[];
}

test('JSON holds the published figures of Swin-B', async () => {
  const shown = await json<Description>(['show', 'specs/swin-b.swin', '--format', 'json']);
  assert.equal(Object.keys(shown), ['model', 'input', 'params', 'macs', 'stages']);
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
  const keys = ['grid', 'window', 'windows', 'shifted', 'dim', 'heads', 'depth', 'params', 'macs', 'blocks'];
  for (const stage of shown.stages) {
    assert.equal(Object.keys(stage), keys);
    assert.is(stage.blocks.length, stage.depth);
  }
  assert.equal(shown.stages[2]?.blocks.slice(0, 2), [
    { window: [7, 7], shift: [0, 0] },
    { window: [7, 7], shift: [3, 3] },
  ]);
});

test('a stage holds its merging, and what is outside of the stages is only in the totals', async () => {
  const { stages, params, macs } = await json<Description>(['show', 'specs/swin-t.swin', '--format', 'json']);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const [embedding, head] = [96 * 48 + 96 + 2 * 96, 2 * 768 + 768 * 1000 + 1000];
  assert.is(params - sum(stages.map((stage) => stage.params)), embedding + head);
  assert.is(macs - sum(stages.map((stage) => stage.macs)), 56 * 56 * 48 * 96 + 768 * 1000);
});

test('the table has a row a stage, and the totals', async () => {
  const { stdout, stderr, code } = await swinc(['show', 'specs/swin-free-t.swin']);
  assert.is(code, 0);
  assert.is(stderr, '');
  assert.match(stdout, /^swin-free-t {2}224 x 224 x 3\n/);
  assert.match(stdout, /\n *2 +28x28 +784 +14 +4 +0 +192 +6 +2 /);
  assert.match(stdout, /\n28,335,394 parameters, 4\.712 G MACs an image\n$/);
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
