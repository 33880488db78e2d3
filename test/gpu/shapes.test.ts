/** Non-square inputs, rectangular windows, both paddings and the clamps, as the references answer them. */
import { test } from 'uvu';
import { testAdapter } from '../support/adapters.ts';
import { assertClose } from '../support/close.ts';
import { readShapeCases } from '../support/goldens.ts';
import { isFullRun } from '../support/scale.ts';
import { modelOfCase } from '../support/shape-cases.ts';
import { loadSynthetic, syntheticRun } from '../support/synthetic-model.ts';

const forward = readShapeCases().filter(({ pad }) => pad !== undefined);

/** Compiling kernels that have barriers takes software adapters seconds each: one case of each padding, on one adapter. */
const byGpuKernels = (name: string): boolean =>
  isFullRun || (testAdapter() !== 'lavapipe' && /^(before|after)-shift$/.test(name));

for (const sample of forward) {
  for (const adapterClass of byGpuKernels(sample.name) ? (['software', 'gpu'] as const) : (['software'] as const)) {
    test(`${sample.name} by ${adapterClass} kernels`, async () => {
      await using loaded = await loadSynthetic(modelOfCase(sample), { adapterClass });
      const { logits } = await syntheticRun(loaded, sample.input);
      assertClose(logits, sample.logits.flat(), 2e-5, sample.name);
    });
  }
}

if (testAdapter() === 'lavapipe') {
  for (const sample of forward) {
    test(`${sample.name} in f16`, async () => {
      await using loaded = await loadSynthetic(modelOfCase(sample), { elementType: 'f16' });
      const { logits } = await syntheticRun(loaded, sample.input);
      assertClose(logits, sample.logits.flat(), 5e-3, sample.name);
    });
  }
}

test.run();
