/** Exported ONNX models of the micro specs beside our kernels; `onnx-swin*.test.ts` have the rest. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { syntheticInput } from '../../compiler/weights/synthetic.ts';
import { assertClose } from '../support/close.ts';
import { onnxBytes, onnxInput, openSession } from '../support/onnx.ts';
import { agrees, gain, tolerance } from '../support/onnx-agreement.ts';
import { isFullRun } from '../support/scale.ts';
import { allSpecs, isMicro, type Spec } from '../support/specs.ts';
import { loadSynthetic } from '../support/synthetic-model.ts';

const test = suite('onnx beside webgpu');

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
    assertClose(others, logits, tolerance, `logits from image ${first} on`);
    assert.equal(likeliest(others, answers), likeliest(logits, answers));
  }
  await session.release();
}

/** One of each kind: shifts, windows that vary, batch norms with padding, Swin V2 with padding, feature maps. */
const telling = /micro-(swin|swin-free|batch-token-pad|swinv2-pad|features)\.swin/;

for (const spec of allSpecs().filter(isMicro)) {
  if (isFullRun || telling.test(spec.name)) test(`${spec.name} answers alike at every batch`, () => agrees(spec));
}

for (const spec of allSpecs().filter(isMicro)) {
  const isChosen = isFullRun || /micro-(swin|swinv2)\.swin/.test(spec.name);
  if (isChosen) test(`${spec.name} takes ${images} images for the same`, () => choosesAlike(spec));
}

test.run();
