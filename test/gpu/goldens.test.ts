/** The reference implementations' answers, on the adapter of this process, by the kernels of every class. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LoadOptions } from '../../runtime/load.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { preferFamily } from '../../runtime/tuning.ts';
import { testAdapter } from '../support/adapters.ts';
import { assertClose } from '../support/close.ts';
import { type CompiledGolden, fullSizeGoldens, goldenModel, microGoldens } from '../support/golden-specs.ts';
import { readGolden } from '../support/goldens.ts';
import { isFullRun } from '../support/scale.ts';
import { loadSynthetic, syntheticRun } from '../support/synthetic-model.ts';

/** Largest error, as a part of the largest magnitude. */
const tolerances: Readonly<Record<ElementType, number>> = { f32: 2e-5, f16: 5e-3 };

/** V2 multiplies the cosine of q and k, which were rounded to halves, by ten and more. */
const toleranceOf = (name: CompiledGolden, elementType: ElementType): number =>
  name === 'micro-swinv2' && elementType === 'f16' ? 2e-2 : tolerances[elementType];

const isLavapipe = testAdapter() === 'lavapipe';
const elementTypes: readonly ElementType[] = isLavapipe ? ['f32', 'f16'] : ['f32'];

/** What to ask for to get the kernels of a family; `chosen` is what the adapter gets by itself. */
const families: Readonly<Record<string, Pick<LoadOptions, 'adapterClass' | 'tuning'>>> = {
  chosen: {},
  subgroup: { tuning: preferFamily('subgroup') },
  register: { tuning: preferFamily('register') },
  any: { tuning: preferFamily('any') },
  gpu: { adapterClass: 'gpu' },
};

interface Way {
  readonly elementType: ElementType;
  readonly family: string;
}

function answersAsReference(name: CompiledGolden, { elementType, family }: Way): void {
  test(`${name} in ${elementType} by ${family} kernels`, async () => {
    const golden = readGolden(name);
    const tolerance = toleranceOf(name, elementType);
    const maxBatch = golden.inputShape[0];
    const options = { elementType, ...families[family], gain: golden.gain, maxBatch, taps: true };
    await using loaded = await loadSynthetic(goldenModel(name), options);
    const result = await syntheticRun(loaded, golden.inputShape);
    assert.equal(result.shape, golden.logitsShape);
    assertClose(result.logits, golden.logits, tolerance, 'logits');
    golden.stages.forEach(({ index, value, shape }, stage) => {
      const map = result.stages?.[stage];
      assert.equal(map?.shape, shape);
      const sampled = index.map((flat) => map?.values[flat] ?? Number.NaN);
      assertClose(sampled, value, tolerance, `stage ${stage}`);
    });
  });
}

for (const elementType of elementTypes) {
  for (const name of microGoldens) answersAsReference(name, { elementType, family: 'chosen' });
  if (isLavapipe) for (const name of fullSizeGoldens) answersAsReference(name, { elementType, family: 'chosen' });
  for (const family of isFullRun ? ['subgroup', 'register', 'any', 'gpu'] : []) {
    // The kernels for any shape load each value where it is used: minutes for a full-size model.
    const names = family === 'any' ? microGoldens : [...microGoldens, ...fullSizeGoldens];
    for (const name of names) answersAsReference(name, { elementType, family });
  }
}

// Lavapipe takes seconds to compile each kernel that has barriers: there in f16, which it alone has, else in f32.
if (!isFullRun) {
  answersAsReference('micro-swin', { elementType: isLavapipe ? 'f16' : 'f32', family: 'gpu' });
  if (!isLavapipe) answersAsReference('micro-swinv2', { elementType: 'f32', family: 'gpu' });
  answersAsReference('micro-swin-free', { elementType: 'f32', family: 'register' });
}

test.run();
