/** Exported ONNX models, run by ONNX Runtime on the CPU, beside our kernels on the adapter of this process. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { syntheticInput } from '../../compiler/weights/synthetic.ts';
import { testAdapter } from '../support/adapters.ts';
import { assertClose } from '../support/close.ts';
import { onnxBytes, onnxInput, openSession } from '../support/onnx.ts';
import { isFullRun } from '../support/scale.ts';
import { allSpecs, isMicro, type Spec } from '../support/specs.ts';
import { loadSynthetic, syntheticRun } from '../support/synthetic-model.ts';

const test = suite('onnx beside webgpu');

const gain = 0.5;

/** An adapter of the CPU takes seconds for an image of the larger models. */
const batchesOf = (spec: Spec): readonly number[] => (isMicro(spec) || /-t(-|$)/.test(spec.name) ? [5, 1, 2] : [2, 1]);

/** Nothing normalises the stream of a -BR model, so that random weights amplify the rounding of f32. */
const toleranceOf = ({ name }: Spec): number => (/-br\b/.test(name) ? 1e-4 : 2e-5);

async function agrees(spec: Spec): Promise<void> {
  const { model } = spec;
  const batches = batchesOf(spec);
  const { channels, height, width } = model.input;
  const session = await openSession(onnxBytes(onnxInput(model)));
  await using loaded = await loadSynthetic(model, { gain, maxBatch: Math.max(...batches) });
  for (const batch of batches) {
    const shape = [batch, channels, height, width];
    const [expected, found] = [await syntheticRun(loaded, shape), await session.run(shape)];
    const what = `of ${batch} images`;
    assertClose(found.get('logits')?.values ?? [], expected.logits, toleranceOf(spec), `logits ${what}`);
    for (const { stage, values } of expected.features) {
      assertClose(found.get(`features ${stage}`)?.values ?? [], values, toleranceOf(spec), `features ${stage} ${what}`);
    }
  }
  await session.release();
}

/** Images, and how many of them run at once. */
const images = 256;
const atOnce = 64;

const likeliest = (logits: Float32Array, classes: number): readonly number[] =>
  Array.from({ length: logits.length / classes }, (_, image) => {
    const row = logits.subarray(image * classes, (image + 1) * classes);
    return row.indexOf(Math.max(...row));
  });

/** Random weights take the images of some models for one class: so their logits are compared too. */
async function choosesAlike(spec: Spec): Promise<void> {
  const { model } = spec;
  const { channels, height, width } = model.input;
  const session = await openSession(onnxBytes(onnxInput(model)));
  await using loaded = await loadSynthetic(model, { gain, maxBatch: atOnce });
  const shape = [images, channels, height, width];
  const values = syntheticInput(shape);
  const length = values.length / images;
  const found = (await session.run(shape)).get('logits')?.values ?? new Float32Array();
  const answers = found.length / images;
  for (let first = 0; first < images; first += atOnce) {
    const { logits } = await loaded.run(values.subarray(first * length, (first + atOnce) * length));
    const others = found.subarray(first * answers, (first + atOnce) * answers);
    assertClose(others, logits, toleranceOf(spec), `logits from image ${first} on`);
    assert.equal(likeliest(others, answers), likeliest(logits, answers));
  }
  await session.release();
}

/** One of each kind: shifts, windows that vary, batch norms with padding, Swin V2 with padding, feature maps. */
const telling = /micro-(swin|swin-free|batch-token-pad|swinv2-pad|features)\.swin/;
const isLavapipe = testAdapter() === 'lavapipe';

for (const spec of allSpecs()) {
  const isChosen = isFullRun ? isMicro(spec) || isLavapipe : telling.test(spec.name);
  if (isChosen) test(`${spec.name} answers alike at every batch`, () => agrees(spec));
}

for (const spec of allSpecs().filter(isMicro)) {
  const isChosen = isFullRun || /micro-(swin|swinv2)\.swin/.test(spec.name);
  if (isChosen) test(`${spec.name} takes ${images} images for the same`, () => choosesAlike(spec));
}

test.run();
