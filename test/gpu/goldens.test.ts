/** The reference implementations' answers, on the adapter of this process, by the kernels of every class. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AdapterClass, ElementType } from '../../runtime/plan.ts';
import { testAdapter } from '../support/adapters.ts';
import { assertClose } from '../support/close.ts';
import { type GoldenName, readGolden } from '../support/goldens.ts';
import { specModel } from '../support/model.ts';
import { loadSynthetic, syntheticRun } from '../support/synthetic-model.ts';

interface Sample {
  readonly golden: GoldenName;
  readonly file: string;
  readonly model?: string;
}

const micro: readonly Sample[] = [
  { golden: 'micro-swin', file: 'micro/micro-swin.swin' },
  { golden: 'micro-swin-free', file: 'micro/micro-swin-free.swin' },
];

const fullSize: readonly Sample[] = [
  { golden: 'swin-t', file: 'swin-t.swin' },
  { golden: 'swin-free-t', file: 'swin-free-t.swin' },
  { golden: 'swin-free-t-br', file: 'swin-free-br.swin', model: 'swin-free-t-br' },
  { golden: 'swin-free-b', file: 'swin-free-b.swin' },
];

/** Largest error, as a part of the largest magnitude. */
const tolerances: Readonly<Record<ElementType, number>> = { f32: 2e-5, f16: 5e-3 };

const isLavapipe = testAdapter() === 'lavapipe';
const elementTypes: readonly ElementType[] = isLavapipe ? ['f32', 'f16'] : ['f32'];

function answersAsReference(sample: Sample, elementType: ElementType, adapterClass: AdapterClass): void {
  test(`${sample.golden} in ${elementType} by ${adapterClass} kernels`, async () => {
    const golden = readGolden(sample.golden);
    const model = specModel(sample.file, sample.model);
    const options = { elementType, adapterClass, gain: golden.gain, maxBatch: golden.inputShape[0], taps: true };
    await using loaded = await loadSynthetic(model, options);
    const result = await syntheticRun(loaded, golden.inputShape);
    assert.equal(result.shape, golden.logitsShape);
    assertClose(result.logits, golden.logits, tolerances[elementType], 'logits');
    golden.stages.forEach(({ index, value, shape }, stage) => {
      const map = result.stages?.[stage];
      assert.equal(map?.shape, shape);
      const sampled = index.map((flat) => map?.values[flat] ?? Number.NaN);
      assertClose(sampled, value, tolerances[elementType], `stage ${stage}`);
    });
  });
}

for (const elementType of elementTypes) {
  for (const sample of micro) answersAsReference(sample, elementType, 'software');
  if (isLavapipe) for (const sample of fullSize) answersAsReference(sample, elementType, 'software');
}

// Lavapipe takes seconds to compile each kernel that has barriers: there in f16, which it alone has, else in f32.
answersAsReference({ golden: 'micro-swin', file: 'micro/micro-swin.swin' }, isLavapipe ? 'f16' : 'f32', 'gpu');

test.run();
