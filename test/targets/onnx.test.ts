/** Exported ONNX models: what they hold, and that ONNX Runtime answers as the interpreter does. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import type { Model } from '../../compiler/model/model.ts';
import { emitOnnx, joined, type OnnxInput } from '../../compiler/targets/onnx/emit-onnx.ts';
import { parametersOf } from '../../compiler/weights/parameters.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { assertClose } from '../support/close.ts';
import { meaningOf } from '../support/meaning.ts';
import { specModel } from '../support/model.ts';
import { onnxBytes, onnxInput, openSession } from '../support/onnx.ts';
import { readOnnx } from '../support/onnx-reader.ts';
import { isFullRun } from '../support/scale.ts';
import { allSpecs, isMicro } from '../support/specs.ts';

const test = suite('onnx');

const tolerances: Readonly<Record<ElementType, number>> = { f32: 2e-5, f16: 5e-3 };

/** Images whose meaning is known; of a larger batch the first ones are compared. */
const known = 2;
const batches = [1, 2, 5];

type Meaning = ReturnType<typeof meaningOf>;

/** What the interpreter answers, which is slow, once for each model. */
const meanings = new Map<Model, Meaning>();

function meaningFor(model: Model): Meaning {
  const meaning = meanings.get(model) ?? meaningOf(buildGraph(model), model, known, 0.5);
  meanings.set(model, meaning);
  return meaning;
}

async function answersAsMeant(input: OnnxInput, bytes: Uint8Array | string = onnxBytes(input)): Promise<void> {
  const { model, elementType } = input;
  const meaning = meaningFor(model);
  const session = await openSession(bytes);
  const { channels, height, width } = model.input;
  for (const batch of batches) {
    const found = await session.run([batch, channels, height, width]);
    assert.equal([...found.keys()], [...meaning.keys()]);
    for (const [name, { dims, data }] of meaning) {
      const length = (data.length / known) * Math.min(batch, known);
      assert.equal(found.get(name)?.shape, [batch, ...dims.slice(1)]);
      const values = found.get(name)?.values.subarray(0, length) ?? [];
      assertClose(values, data.subarray(0, length), tolerances[elementType], `${name} at batch ${batch}`);
    }
  }
  await session.release();
}

/** In f16 the ops of every kind once; in a full run all specs. */
const halfSpecs = /micro-(features|batch-token-pad|batch-channel|swinv2-pad|activations|three-stages)\.swin/;

for (const { name, model } of allSpecs().filter(isMicro)) {
  test(`${name} answers as it means`, () => answersAsMeant({ ...onnxInput(model), taps: true }));
  if (!isFullRun && !halfSpecs.test(name)) continue;
  test(`${name} answers in f16`, () => answersAsMeant({ ...onnxInput(model), taps: true, elementType: 'f16' }));
}

/** Nothing reads a value before it is there, and no name stands twice. */
function assertSound(model: Model): void {
  const file = emitOnnx(onnxInput(model, (_, shape) => new Float32Array(shape.reduce((a, b) => a * b, 1))));
  // The tensors' bytes are left out: their lengths are known without them.
  const read = readOnnx(joined(file.model.map((chunk) => (chunk instanceof Uint8Array ? chunk : empty(chunk)))));
  assert.equal([read.irVersion, read.operatorSet], [8, 17]);
  const known = new Set([...read.inputs, ...read.tensors.map(({ name }) => name)]);
  assert.is(known.size, read.inputs.length + read.tensors.length);
  for (const { name, inputs, outputs } of read.nodes) {
    for (const input of inputs) assert.ok(input === '' || known.has(input), `${name} reads ${input}`);
    for (const output of outputs) assert.not(known.has(output), `${output} is written twice`);
    for (const output of outputs) known.add(output);
  }
  assert.is(new Set(read.nodes.map(({ name }) => name)).size, read.nodes.length);
  assert.equal(read.inputs, ['pixel_values']);
  assert.equal(read.outputs, ['logits', ...model.features.map((stage) => `features_${stage}`)]);
  for (const output of read.outputs) assert.ok(known.has(output), `${output} is not written`);
}

const empty = ({ length }: { readonly length: number }): Uint8Array => new Uint8Array(length);

/** Models over this many bytes take a while even when they are empty. */
const quickSpecs = /^(micro\/|swin-t|swin-free-br\.swin#swin-free-t-br|swinv2-t)/;

for (const { name, model } of allSpecs()) {
  if (!isFullRun && !quickSpecs.test(name)) continue;
  test(`${name} is a sound graph`, () => assertSound(model));
}

test('trained tensors have their canonical names and shapes, and what is made of them has other names', () => {
  const model = specModel('swin-t.swin');
  const parameters = new Map(parametersOf(buildGraph(model)).map(({ name, shape }) => [name, shape]));
  const zeros = onnxInput(model, (_, shape) => new Float32Array(shape.reduce((a, b) => a * b, 1)));
  const { tensors } = readOnnx(onnxBytes(zeros));
  const trained = tensors.filter(({ name }) => parameters.has(name));
  for (const { name, dims } of trained) assert.equal(dims, parameters.get(name));
  const missing = [...parameters.keys()].filter((name) => !trained.some((tensor) => tensor.name === name));
  assert.ok(missing.length > 0);
  for (const name of missing) assert.match(name, /relative_position_bias_table$/);
});

test('a batch norm per channel costs no node', () => {
  const operators = readOnnx(onnxBytes(onnxInput(specModel('micro/micro-batch-channel.swin')))).nodes;
  const places = operators.map(({ name }) => name).filter((name) => /norm|affine/.test(name));
  assert.equal(places, []);
});

test('the same model gives the same bytes, and other weights give others', () => {
  const model = specModel('micro/micro-swin.swin');
  const digest = (input: OnnxInput): string => createHash('sha256').update(onnxBytes(input)).digest('hex');
  assert.is(digest(onnxInput(model)), digest(onnxInput(model)));
  assert.is.not(
    digest(onnxInput(model)),
    digest(onnxInput(model, (_, shape) => new Float32Array(shape.reduce((a, b) => a * b, 1)))),
  );
});

test('tensors go into a file beside a model that would be too large', async () => {
  const folder = temporaryFolder();
  const input = { ...onnxInput(specModel('micro/micro-swin.swin')), taps: true, largestFile: 100_000 };
  const { model, external = [] } = emitOnnx(input);
  const [path, bytes] = [join(folder.path, 'model.onnx'), joined(model)];
  assert.ok(bytes.length < 100_000, `${bytes.length} bytes are left`);
  writeFileSync(path, bytes);
  writeFileSync(join(folder.path, input.externalFile), joined(external));
  await answersAsMeant(input, path);
  folder.remove();
});

test.run();
