/** Exported ONNX models of full-size Swin-Free, beside our kernels: minutes a model, so that full runs alone have them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { testAdapter } from '../support/adapters.ts';
import { agrees } from '../support/onnx-agreement.ts';
import { isFullRun } from '../support/scale.ts';
import { allSpecs } from '../support/specs.ts';

const test = suite('onnx of full-size Swin-Free beside webgpu');

const specs = allSpecs().filter(({ name }) => /^swin-free-/.test(name));

/** SwiftShader takes five times the processor time of lavapipe. */
const isChosen = isFullRun && testAdapter() !== 'swiftshader';

test('there are models to compare', () => {
  assert.ok(specs.length >= 12);
});

for (const spec of isChosen ? specs : []) test(`${spec.name} answers alike at every batch`, () => agrees(spec));

test.run();
