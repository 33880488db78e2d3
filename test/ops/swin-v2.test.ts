/** What Swin V2 makes of its parameters, held against the formulas of the paper and of torch. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planModel } from '../../compiler/compile.ts';
import { attention } from '../../compiler/ops/attention.ts';
import { exponential, keylessBias } from '../../compiler/ops/attention-parameters.ts';
import { logOffsets, scaledSigmoid } from '../../compiler/ops/position.ts';
import type { Tensor } from '../../compiler/ops/tensor.ts';
import { foldWeights } from '../../compiler/weights/fold.ts';
import { syntheticParameters } from '../../compiler/weights/parameters.ts';
import { toFloat32 } from '../../runtime/safetensors.ts';
import { assertClose } from '../support/close.ts';
import { syntheticEnvironment } from '../support/meaning.ts';
import { specModel } from '../support/model.ts';

const vector = (...values: readonly number[]): Tensor => ({ dims: [values.length], data: Float64Array.from(values) });

const valuesOf = (tensor: Tensor | undefined): readonly number[] => [...(tensor?.data ?? [])];

test('a logit scale beyond ln 100 is taken for it', () => {
  const limit = Math.log(100);
  const scales = valuesOf(exponential.evaluate?.({ x: vector(0, Math.LN10, 4.6, 4.61, 700) }, { limit }));
  assertClose(scales, [1, 10, Math.exp(4.6), 100, 100], 1e-14, 'scales');
});

test('no scale of a folded model exceeds 100', () => {
  const { weights } = planModel(specModel('micro/micro-swinv2.swin'), { elementType: 'f32' });
  const synthetic = syntheticParameters(1);
  const tensors = foldWeights(weights, (name, shape) =>
    name.endsWith('1.blocks.1.attn.logit_scale') ? [1, 4.6, 4.7, 9] : synthetic(name, shape),
  );
  const folded = tensors.get('layers.1.blocks.1.attn.logit_scale');
  assert.ok(folded);
  assertClose(toFloat32(folded), [Math.E, Math.exp(4.6), 100, 100], 1e-7, 'scales');
});

/** sign(x) log2(8 |x| + 1) / log2(8) of offsets over the window less one. */
const spaced = (offset: number, span: number): number =>
  (Math.sign(offset) * Math.log2((8 * Math.abs(offset)) / (span - 1) + 1)) / 3;

test('offsets are in the order of the bias table, in windows of their span', () => {
  const offsets = valuesOf(logOffsets.evaluate?.({}, { window: [2, 3], span: [2, 12] }));
  const expected = [-1, 0, 1].flatMap((row) =>
    [-2, -1, 0, 1, 2].flatMap((column) => [spaced(row, 2), spaced(column, 12)]),
  );
  assertClose(offsets, expected, 1e-15, 'offsets');
  assert.is(Math.max(...offsets), Math.log2(9) / 3);
});

test('a window of one token has the offset 0', () => {
  assert.equal(valuesOf(logOffsets.evaluate?.({}, { window: [1, 1], span: [1, 1] })), [0, 0]);
});

test('biases are between 0 and 16', () => {
  const biases = valuesOf(scaledSigmoid.evaluate?.({ x: vector(-800, 0, 2, 800) }, { limit: 16 }));
  assertClose(biases, [0, 8, 16 / (1 + Math.exp(-2)), 16], 1e-15, 'biases');
});

test('keys have no bias', () => {
  assert.equal(valuesOf(keylessBias.evaluate?.({ q: vector(1, 2), v: vector(3, 4) }, {})), [1, 2, 0, 0, 3, 4]);
});

test('the cosine does not see how long q and k are, and a vector of zeros has none with any', () => {
  const { input } = syntheticEnvironment(specModel('micro/micro-swinv2.swin'), 1);
  const dims = [1, 1, 4, 24];
  const x: Tensor = { dims, data: (input?.data ?? new Float64Array()).slice(0, 96) };
  const scale = vector(10, 3);
  const answer = (data: Float64Array): readonly number[] =>
    valuesOf(attention.evaluate?.({ x: { dims, data }, scale }, { heads: 2 }));
  const stretched = x.data.map((value, index) => (index % 24 < 16 ? value * (1 + Math.floor(index / 4)) : value));
  assertClose(answer(stretched), answer(x.data), 1e-14, 'stretched');
  const silent = answer(x.data.map((value, index) => (index % 24 < 8 ? 0 : value)));
  const means = Array.from({ length: 8 }, (_, channel) =>
    [0, 1, 2, 3].reduce((sum, token) => sum + (x.data[token * 24 + 16 + channel] ?? Number.NaN) / 4, 0),
  );
  assertClose(silent, [...means, ...means, ...means, ...means], 1e-14, 'without queries');
});

test.run();
