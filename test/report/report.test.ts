import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planModel } from '../../compiler/compile.ts';
import { eagerCost } from '../../compiler/graph/cost.ts';
import type { Model } from '../../compiler/model/model.ts';
import { planMemory, planTraffic } from '../../compiler/plan/lower.ts';
import { type CostReport, type ModelReport, reportOf } from '../../compiler/report/report.ts';
import { leastWorkgroupMemory } from '../../compiler/report/workgroup-memory.ts';
import { modelFrom, specModel } from '../support/model.ts';
import { allSpecs } from '../support/specs.ts';

const measured = (model: Model): ModelReport => reportOf(model, planModel(model, { elementType: 'f32' }));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The amounts that add up: not peaks of memory, which do not. */
const amounts: Readonly<Record<string, (costs: CostReport) => number>> = {
  params: ({ params }) => params,
  macs: ({ macs }) => macs,
  tokens: ({ tokens }) => tokens,
  windows: ({ windows }) => windows,
  shifted: ({ shifted }) => shifted,
  'eager dispatches': ({ dispatches }) => dispatches.eager,
  'planned dispatches': ({ dispatches }) => dispatches.planned,
  'bytes moved eagerly': ({ bytesMoved }) => bytesMoved.eager,
  'bytes moved as planned': ({ bytesMoved }) => bytesMoved.planned,
  'eager roll bytes': ({ rollBytes }) => rollBytes.eager,
  'planned roll bytes': ({ rollBytes }) => rollBytes.planned,
  weights: ({ memory }) => memory.weights,
  'MACs by onnx-tool': ({ onnxTool }) => onnxTool?.macs ?? 0,
  'parameters by onnx-tool': ({ onnxTool }) => onnxTool?.params ?? 0,
};

for (const { name, model } of allSpecs()) {
  const planned = planModel(model, { elementType: 'f32' });
  const { totals, stages, outside } = reportOf(model, planned);

  test(`${name}: the stages and what is outside of them are the whole`, () => {
    for (const [label, amount] of Object.entries(amounts)) {
      assert.is(sum([...stages, outside].map(amount)), amount(totals), label);
    }
    const eagerPeaks = [...stages, outside].map(({ memory }) => memory.activations.eager);
    assert.is(Math.max(...eagerPeaks), totals.memory.activations.eager);
  });

  test(`${name}: a plan in f32 moves and keeps what its graph and its buffers say`, () => {
    assert.is(totals.bytesMoved.planned, eagerCost(planned.optimised).bytes);
    assert.is(totals.bytesMoved.planned, planTraffic(planned.plan));
    assert.is(totals.dispatches.eager, eagerCost(planned.naive).dispatches);
    const { weights, activations } = planMemory(planned.plan);
    assert.is(totals.memory.weights, weights);
    assert.is(totals.memory.activations.planned, activations);
    assert.ok(totals.memory.workgroup > 0 && totals.memory.workgroup <= leastWorkgroupMemory);
  });
}

test('the windows of Table 2: P / M patches a side, N windows', () => {
  const table = [
    { model: specModel('swin-b.swin'), windows: [64, 16, 4, 1] },
    { model: specModel('swin-free-b.swin'), windows: [64, 4, 1, 1] },
  ];
  for (const { model, windows } of table) {
    const { stages } = measured(model);
    assert.equal(
      stages.map(({ tokens }) => Math.sqrt(tokens)),
      [56, 28, 14, 7],
    );
    assert.equal(
      stages.map((stage) => stage.windows),
      windows,
    );
  }
});

test('Swin-B rolls 24.08 MB, Swin-Free-B none, and neither plan rolls anything', () => {
  const [swin, free] = [measured(specModel('swin-b.swin')), measured(specModel('swin-free-b.swin'))];
  // Two rolls a shifted block, each of which reads and writes its map in f32.
  const map = (side: number, channels: number) => 2 * 2 * 4 * side * side * channels;
  const expected = [map(56, 128), map(28, 256), 9 * map(14, 512), 0];
  assert.equal(
    swin.stages.map(({ rollBytes }) => rollBytes.eager),
    expected,
  );
  assert.is((swin.totals.rollBytes.eager / 1e6).toFixed(2), '24.08');
  assert.equal([swin.totals.shifted, free.totals.shifted], [11, 0]);
  assert.is(swin.totals.rollBytes.planned, 0);
  assert.equal(free.totals.rollBytes, { eager: 0, planned: 0 });
});

/** A plan whose attention could not take in its rolls would say so here. */
test('the planned roll bytes are those of the plan’s own rolls', () => {
  const model = specModel('micro/micro-swin.swin');
  const planned = planModel(model, { elementType: 'f32' });
  const [first] = planned.plan.dispatches;
  assert.ok(first);
  const map = planned.plan.buffers.findIndex(({ role }) => role === 'activation');
  const roll = { ...first, op: 'roll', reads: [map], writes: [map] };
  const plan = { ...planned.plan, dispatches: [...planned.plan.dispatches, roll] };
  const values = planned.plan.buffers[map]?.shape.reduce((product, length) => product * length, 1);
  assert.is(reportOf(model, { ...planned, plan }).totals.rollBytes.planned, 2 * 4 * (values ?? 0));
});

test('rolls of a padded grid move the padding too, where it comes first', () => {
  const text = (pad: string) => `swin 1
model m {
  input = image(40, 40, 3)
  classes = 10
  dim = 16
  depths = [2]
  heads = [2]
  window = 4
  pad = ${pad}
}`;
  const rolled = (pad: string) => measured(modelFrom(text(pad))).totals.rollBytes.eager;
  assert.is(rolled('before-shift'), 2 * 2 * 4 * 12 * 12 * 16);
  assert.is(rolled('after-shift'), 2 * 2 * 4 * 10 * 10 * 16);
});

test('a plan in f16 keeps and moves less, and eager figures are f32 all the same', () => {
  const model = specModel('micro/micro-swin.swin');
  const [whole, half] = (['f32', 'f16'] as const).map((elementType) =>
    reportOf(model, planModel(model, { elementType })),
  );
  assert.ok(whole && half);
  assert.ok(half.totals.bytesMoved.planned < whole.totals.bytesMoved.planned);
  assert.ok(half.totals.memory.weights < whole.totals.memory.weights);
  assert.is(half.totals.bytesMoved.eager, whole.totals.bytesMoved.eager);
});

test.run();
