/** The reference implementations' answers, on the adapter of this process, by the kernels of one family. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LoadOptions } from '../../runtime/load.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { preferFamily } from '../../runtime/tuning.ts';
import { testAdapter } from './adapters.ts';
import { assertClose } from './close.ts';
import { type CompiledGolden, fullSizeGoldens, goldenModel, microGoldens } from './golden-specs.ts';
import { readGolden } from './goldens.ts';
import { isFullRun } from './scale.ts';
import { loadSynthetic, syntheticRun } from './synthetic-model.ts';

/** Largest error, as a part of the largest magnitude. */
const tolerances: Readonly<Record<ElementType, number>> = { f32: 2e-5, f16: 5e-3 };

/** V2 multiplies the cosine of q and k, which were rounded to halves, by ten and more. */
const toleranceOf = (name: CompiledGolden, elementType: ElementType): number =>
  name === 'micro-swinv2' && elementType === 'f16' ? 2e-2 : tolerances[elementType];

export const isLavapipe = testAdapter() === 'lavapipe';
export const elementTypes: readonly ElementType[] = testAdapter() === 'swiftshader' ? ['f32'] : ['f32', 'f16'];

/** What to ask for to get the kernels of a family; `chosen` is what the adapter gets by itself. */
const families = {
  chosen: {},
  subgroup: { tuning: preferFamily('subgroup') },
  register: { tuning: preferFamily('register') },
  any: { tuning: preferFamily('any') },
  gpu: { adapterClass: 'gpu' },
  matrix: { tuning: preferFamily('matrix') },
} satisfies Readonly<Record<string, Pick<LoadOptions, 'adapterClass' | 'tuning'>>>;

export type Family = keyof typeof families;

export interface Way {
  readonly elementType: ElementType;
  readonly family: Family;
}

export function answersAsReference(name: CompiledGolden, { elementType, family }: Way): void {
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

/** All models in full runs; in others the micro models that are named, in the adapter's most telling type. */
export function answersByFamily(family: Family, few: readonly CompiledGolden[]): void {
  if (!isFullRun) {
    for (const name of few) answersAsReference(name, { elementType: elementTypes.at(-1) ?? 'f32', family });
    return;
  }
  // The kernels for any shape load each value where it is used: minutes for a full-size model.
  const names = family === 'any' ? microGoldens : [...microGoldens, ...fullSizeGoldens];
  for (const elementType of elementTypes) for (const name of names) answersAsReference(name, { elementType, family });
}
