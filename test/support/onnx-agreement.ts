/** Exported ONNX models, run by ONNX Runtime on the CPU, beside our kernels on the adapter of this process. */
import { assertClose } from './close.ts';
import { onnxBytes, onnxInput, openSession } from './onnx.ts';
import type { Spec } from './specs.ts';
import { loadSynthetic, syntheticRun } from './synthetic-model.ts';

export const gain = 0.5;

const batches = [5, 1, 2];

/** Of the largest magnitude. */
export const tolerance = 2e-5;

/** Both answer alike at every batch, from one model each. */
export async function agrees(spec: Spec): Promise<void> {
  const { model } = spec;
  const { channels, height, width } = model.input;
  const session = await openSession(onnxBytes(onnxInput(model)));
  await using loaded = await loadSynthetic(model, { gain, maxBatch: Math.max(...batches) });
  for (const batch of batches) {
    const shape = [batch, channels, height, width];
    const [expected, found] = [await syntheticRun(loaded, shape), await session.run(shape)];
    const what = `of ${batch} images`;
    assertClose(found.get('logits')?.values ?? [], expected.logits, tolerance, `logits ${what}`);
    for (const { stage, values } of expected.features) {
      assertClose(found.get(`features ${stage}`)?.values ?? [], values, tolerance, `features ${stage} ${what}`);
    }
  }
  await session.release();
}
