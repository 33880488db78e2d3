/** Every micro spec on the adapter against the interpreter, at every batch up to `maxBatch` without loading again. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import type { Model } from '../../compiler/model/model.ts';
import type { AdapterClass, ElementType } from '../../runtime/plan.ts';
import { testAdapter } from '../support/adapters.ts';
import { assertClose } from '../support/close.ts';
import { meaningOf } from '../support/meaning.ts';
import { modelFrom } from '../support/model.ts';
import { isFullRun } from '../support/scale.ts';
import { allSpecs, isMicro } from '../support/specs.ts';
import { loadSynthetic, syntheticRun } from '../support/synthetic-model.ts';

interface Way {
  readonly adapterClass: AdapterClass;
  readonly elementType: ElementType;
  readonly tolerance: number;
}

const software: Way = { adapterClass: 'software', elementType: 'f32', tolerance: 2e-5 };
const gpu: Way = { adapterClass: 'gpu', elementType: 'f32', tolerance: 2e-5 };
const halves: Way = { adapterClass: 'software', elementType: 'f16', tolerance: 2e-2 };

/** What the kernels for GPUs have ways of their own for; the rest is the same in every model. */
const gpuSpecs = /micro-(features|cycle|batch-token-pad|swinv2-pad)\.swin/;

/** Lavapipe spends seconds on compiling each kernel that has barriers, so those run on SwiftShader, or in a full run. */
const waysOf = (name: string): readonly Way[] => {
  if (testAdapter() === 'lavapipe') return isFullRun ? [software, halves, gpu] : [software, halves];
  return isFullRun || gpuSpecs.test(name) ? [software, gpu] : [software];
};

type Meaning = ReturnType<typeof meaningOf>;

const batchesOf = (model: Model): readonly number[] => (model.input.height >= 224 ? [1] : [3, 1, 2]);

/** What the interpreter answers, once for all the ways of one model. */
function onDemand(model: Model): () => Meaning {
  let meaning: Meaning | undefined;
  return () => {
    meaning ??= meaningOf(buildGraph(model), model, Math.max(...batchesOf(model)), 0.5);
    return meaning;
  };
}

async function agrees(model: Model, way: Way, meaning: Meaning): Promise<void> {
  const batches = batchesOf(model);
  const largest = Math.max(...batches);
  await using loaded = await loadSynthetic(model, { ...way, gain: 0.5, maxBatch: largest, taps: true });
  for (const batch of batches) {
    const { channels, height, width } = model.input;
    const result = await syntheticRun(loaded, [batch, channels, height, width]);
    const found = [
      ['logits', result.logits] as const,
      ...result.features.map(({ stage, values }) => [`features ${stage}`, values] as const),
      ...(result.stages ?? []).map(({ stage, values }) => [`stage ${stage}`, values] as const),
    ];
    assert.equal(found.map(([name]) => name).sort(), [...meaning.keys()].sort());
    for (const [name, values] of found) {
      const expected = meaning.get(name)?.data ?? new Float64Array();
      const part = expected.subarray(0, (expected.length / largest) * batch);
      assertClose(values, part, way.tolerance, `${name} at batch ${batch}`);
    }
  }
}

for (const { name, model } of allSpecs().filter(isMicro)) {
  const meaning = onDemand(model);
  for (const way of waysOf(name)) {
    test(`${name} in ${way.elementType} by ${way.adapterClass} kernels`, () => agrees(model, way, meaning()));
  }
}

/** An epsilon of 1e-5 changes a golden by 4e-6 only; one of a half cannot be missed. */
const withEpsilon = (norm: string): Model =>
  modelFrom(`swin 1
model epsilon {
  input   = image(16, 16, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = 4
  norm    = ${norm}
}
`);

for (const norm of ['layer(eps: 0.5)', 'batch(per: channel, eps: 0.5)', 'batch(per: token, eps: 0.5)']) {
  const model = withEpsilon(norm);
  const meaning = onDemand(model);
  for (const way of testAdapter() !== 'lavapipe' && norm.startsWith('layer') ? [software, gpu] : [software]) {
    test(`the epsilon of ${norm} reaches the ${way.adapterClass} kernels`, () => agrees(model, way, meaning()));
  }
}

test.run();
