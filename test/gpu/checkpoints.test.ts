/** Checkpoints as their libraries wrote them, each recognised by its keys, answer as those libraries do. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planModel, withWeights } from '../../compiler/compile.ts';
import type { Model } from '../../compiler/model/model.ts';
import { importCheckpoint } from '../../compiler/weights/import-checkpoint.ts';
import { parametersOf } from '../../compiler/weights/parameters.ts';
import { syntheticInput, syntheticTensor } from '../../compiler/weights/synthetic.ts';
import { load } from '../../runtime/node.ts';
import type { Tensor } from '../../runtime/safetensors.ts';
import {
  type CheckpointAnswer,
  type CheckpointName,
  checkpointNames,
  readCheckpoint,
  readTensors,
} from '../support/checkpoints.ts';
import { assertClose } from '../support/close.ts';
import { readShapeCases } from '../support/goldens.ts';
import { modelFrom, specModel } from '../support/model.ts';

const specs: Readonly<Record<CheckpointName, string>> = {
  'microsoft-micro': 'micro/micro-swin.swin',
  'timm-micro': 'micro/micro-swin.swin',
  'torchvision-micro': 'micro/micro-swin.swin',
  'timm-v2-micro': 'micro/micro-swinv2.swin',
  'torchvision-v2-micro': 'micro/micro-swinv2.swin',
  'nvidia-swin-free-micro': 'micro/micro-swin-free.swin',
  'nvidia-swin-free-br-micro': 'micro/micro-swin-free-br.swin',
};

/** torchvision pads what its windows do not divide. */
function modelFor(name: CheckpointName, [, , height, width]: CheckpointAnswer['shape']): Model {
  const model = specModel(specs[name]);
  if (model.input.height === height && model.input.width === width) return model;
  return modelFrom(`swin 1
model padded {
  input   = image(${height}, ${width}, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = 4
  clamp   = off
  pad     = before-shift
}
`);
}

for (const name of checkpointNames) {
  const { expected } = readCheckpoint(name);
  for (const { shape, logits } of expected) {
    test(`${name} on ${shape.join(' x ')}`, async () => {
      const planned = planModel(modelFor(name, shape), { elementType: 'f32' });
      const { parameter } = importCheckpoint(readTensors(name), planned.naive);
      const { plan, tensors } = withWeights(planned, parameter);
      await using model = await load({ plan, weights: { tensors } }, { maxBatch: shape[0] });
      const result = await model.run(syntheticInput(shape));
      assertClose(result.logits, logits.flat(), 2e-5, name);
    });
  }
}

test("bias tables resized from windows of 4 to 8 answer as after microsoft's resizing", async () => {
  const resized = readShapeCases().find(({ name }) => name === 'bias-resized-4-to-8');
  assert.ok(resized);
  const narrow = parametersOf(planModel(specModel('micro/micro-swin.swin'), { elementType: 'f32' }).naive);
  const weights = new Map(narrow.map(({ name, shape }): [string, Tensor] => [name, syntheticWeight(name, shape)]));
  const planned = planModel(specModel('micro/micro-swin-free.swin'), { elementType: 'f32' });
  const { parameter, report } = importCheckpoint(weights, planned.naive);
  assert.is(report.interpolated.length, 2);
  const { plan, tensors } = withWeights(planned, parameter);
  await using model = await load({ plan, weights: { tensors } }, { maxBatch: resized.input[0] });
  const { logits } = await model.run(syntheticInput(resized.input));
  assertClose(logits, resized.logits.flat(), 2e-5, resized.name);
});

function syntheticWeight(name: string, shape: readonly number[]): Tensor {
  return { dtype: 'F32', shape, data: new Uint8Array(syntheticTensor(name, shape, 1).buffer) };
}

test.run();
