/**
 * How far the logits are from the reference implementations', as a part of the largest, on the adapter of this process:
 *
 *     npx tsx test/bench/accuracy.ts [f32|f16]
 */
import type { ElementType } from '../../runtime/plan.ts';
import { relativeError } from '../support/close.ts';
import { fullSizeGoldens, goldenModel, microGoldens } from '../support/golden-specs.ts';
import { readGolden } from '../support/goldens.ts';
import { loadSynthetic, syntheticRun } from '../support/synthetic-model.ts';

const elementType: ElementType = process.argv[2] === 'f16' ? 'f16' : 'f32';
for (const name of [...microGoldens, ...fullSizeGoldens]) {
  const golden = readGolden(name);
  const options = { elementType, gain: golden.gain, maxBatch: golden.inputShape[0] };
  const loaded = await loadSynthetic(goldenModel(name), options);
  const { logits } = await syntheticRun(loaded, golden.inputShape);
  const error = relativeError(logits, golden.logits).toExponential(1);
  console.log(`${name} in ${elementType} on ${loaded.info.adapter.description}: ${error}`);
  await loaded[Symbol.asyncDispose]();
}
process.exit(0);
