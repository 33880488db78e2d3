/** The interpreter is what every pass and kernel is held against, so it is held against the reference implementations. */
import { test } from 'uvu';
import { buildGraph } from '../../compiler/build/build.ts';
import { assertClose } from '../support/close.ts';
import { readGolden, readShapeCases } from '../support/goldens.ts';
import { meaningOf } from '../support/meaning.ts';
import { specModel } from '../support/model.ts';
import { modelOfCase } from '../support/shape-cases.ts';

/** The references answer in float64, of which the goldens keep the nearest float32. */
const tolerance = 1e-7;

for (const name of ['micro-swin', 'micro-swin-free', 'micro-swinv2'] as const) {
  test(`${name} answers as its reference, stage by stage`, () => {
    const golden = readGolden(name);
    const model = specModel(`micro/${name}.swin`);
    const meaning = meaningOf(buildGraph(model), model, golden.inputShape[0], golden.gain);
    assertClose(meaning.get('logits')?.data ?? [], golden.logits, tolerance, 'logits');
    golden.stages.forEach(({ index, value }, stage) => {
      const data = meaning.get(`stage ${stage}`)?.data;
      const sampled = index.map((flat) => data?.[flat] ?? Number.NaN);
      assertClose(sampled, value, tolerance, `stage ${stage}`);
    });
  });
}

for (const sample of readShapeCases().filter(({ pad }) => pad !== undefined)) {
  test(`${sample.name} answers as ${sample.reference}`, () => {
    const model = modelOfCase(sample);
    const meaning = meaningOf(buildGraph(model), model, sample.input[0]);
    assertClose(meaning.get('logits')?.data ?? [], sample.logits.flat(), tolerance, sample.name);
  });
}

test.run();
