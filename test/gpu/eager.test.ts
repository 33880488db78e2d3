/** With passes switched off, the ops that they fuse run by kernels of their own: they answer as the interpreter does. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import { planModel } from '../../compiler/compile.ts';
import { eagerCost } from '../../compiler/graph/cost.ts';
import type { Model } from '../../compiler/model/model.ts';
import { type PassNames, passes } from '../../compiler/passes/index.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { testAdapter } from '../support/adapters.ts';
import { assertClose } from '../support/close.ts';
import { meaningOf } from '../support/meaning.ts';
import { specModel } from '../support/model.ts';
import { isFullRun } from '../support/scale.ts';
import { allSpecs, isMicro } from '../support/specs.ts';
import { loadSynthetic, syntheticRun } from '../support/synthetic-model.ts';

const allPasses = passes.map(({ name }) => name);

interface Way {
  readonly without: PassNames;
  readonly elementType?: ElementType;
  readonly tolerance?: number;
}

const batch = 2;

async function agrees(model: Model, { without, elementType = 'f32', tolerance = 2e-5 }: Way): Promise<void> {
  const meaning = meaningOf(buildGraph(model), model, batch, 0.5);
  await using loaded = await loadSynthetic(model, { elementType, gain: 0.5, maxBatch: batch, taps: true, without });
  const { channels, height, width } = model.input;
  const { logits, features, stages = [] } = await syntheticRun(loaded, [batch, channels, height, width]);
  const found = [
    ['logits', logits] as const,
    ...features.map(({ stage, values }) => [`features ${stage}`, values] as const),
    ...stages.map(({ stage, values }) => [`stage ${stage}`, values] as const),
  ];
  assert.equal(found.map(([name]) => name).sort(), [...meaning.keys()].sort());
  for (const [name, values] of found) assertClose(values, meaning.get(name)?.data ?? [], tolerance, name);
}

/** Between them they have every op that can stand in a naive graph. */
const everyOp = /micro-(activations|batch-token-pad|features|pad-after|rectangular|swinv2-pad)\.swin/;

for (const { name, model } of allSpecs().filter(isMicro)) {
  if (!isFullRun && !everyOp.test(name)) continue;
  test(`${name} runs node by node`, () => agrees(model, { without: allPasses }));
}

test('without any pass a plan has a dispatch for each node of the naive graph', () => {
  for (const { model } of allSpecs().filter(isMicro)) {
    const { naive, plan } = planModel(model, { elementType: 'f32', without: allPasses });
    assert.is(plan.dispatches.length, eagerCost(naive).dispatches, model.name);
  }
});

/** The specs in which a pass has the most to do. */
const busiest = {
  'cancel-shifts': ['micro-cycle'],
  'absorb-windows': ['micro-batch-token-pad', 'micro-swinv2-pad'],
  'fold-norms': ['micro-batch-token-pad', 'micro-swinv2-pad'],
  'fuse-epilogues': ['micro-cycle'],
};

for (const [pass, specs] of Object.entries(busiest)) {
  for (const spec of specs) {
    test(`${spec} without ${pass}`, () => {
      assert.ok(allPasses.includes(pass));
      return agrees(specModel(`micro/${spec}.swin`), { without: [pass] });
    });
  }
}

if (testAdapter() === 'lavapipe') {
  test('node by node in halves', () =>
    agrees(specModel('micro/micro-pad-after.swin'), { without: allPasses, elementType: 'f16', tolerance: 2e-2 }));
}

test.run();
