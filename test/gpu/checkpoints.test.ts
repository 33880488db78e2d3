/** Checkpoints as microsoft's code and the authors' Swin-Free wrote them, under their own names. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planModel, withWeights } from '../../compiler/compile.ts';
import { checkpointParameters, parametersOf } from '../../compiler/weights/parameters.ts';
import { syntheticInput } from '../../compiler/weights/synthetic.ts';
import { load } from '../../runtime/node.ts';
import { parseSafetensors } from '../../runtime/safetensors.ts';
import { type CheckpointName, readCheckpoint } from '../support/checkpoints.ts';
import { assertClose } from '../support/close.ts';
import { specModel } from '../support/model.ts';

/**
 * The scores of the BR model reach thousands before the softmax, which turns the rounding of a float32 product into an
 * error a hundred times as large; rounding nothing but what each op returns already costs 4e-6 there.
 */
const tolerances: Readonly<Record<CheckpointName, number>> = {
  'microsoft-micro': 2e-5,
  'nvidia-swin-free-micro': 2e-5,
  'nvidia-swin-free-br-micro': 1e-4,
};

const specs: Readonly<Record<CheckpointName, string>> = {
  'microsoft-micro': 'micro/micro-swin.swin',
  'nvidia-swin-free-micro': 'micro/micro-swin-free.swin',
  'nvidia-swin-free-br-micro': 'micro/micro-swin-free-br.swin',
};

/** What the files hold beside parameters: buffers, and the merge tensors that the released BR models never use. */
const dead = /(relative_position_index|attn_mask|num_batches_tracked|downsample\.(norm\..*|expansion\.weight))$/;

for (const name of ['microsoft-micro', 'nvidia-swin-free-micro', 'nvidia-swin-free-br-micro'] as const) {
  test(`${name} answers as its library`, async () => {
    const checkpoint = readCheckpoint(name);
    const planned = planModel(specModel(specs[name]), { elementType: 'f32' });
    const wanted = parametersOf(planned.naive);
    const { parameter, unused } = checkpointParameters(parseSafetensors(checkpoint.bytes), wanted);
    assert.equal(
      unused.filter((key) => !dead.test(key)),
      [],
    );
    const { plan, tensors } = withWeights(planned, parameter);
    for (const { shape, logits } of checkpoint.expected) {
      await using model = await load({ plan, weights: { tensors } }, { maxBatch: shape[0] });
      const result = await model.run(syntheticInput(shape));
      assertClose(result.logits, logits.flat(), tolerances[name], name);
    }
  });
}

test('a checkpoint of another model is refused by the names of what is amiss', () => {
  const checkpoint = readCheckpoint('microsoft-micro');
  const wanted = parametersOf(planModel(specModel('micro/micro-swin-free.swin'), { elementType: 'f32' }).naive);
  assert.throws(
    () => checkpointParameters(parseSafetensors(checkpoint.bytes), wanted),
    /layers\.1\.blocks\.0\.attn\.relative_position_bias_table is \[49, 4\] and not \[225, 4\]/,
  );
});

test.run();
