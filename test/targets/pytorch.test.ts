/** The text of an exported PyTorch module: only what the model needs, and always the same. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { figuresOf } from '../../compiler/compile.ts';
import type { Model } from '../../compiler/model/model.ts';
import { emitPytorch } from '../../compiler/targets/pytorch/emit-pytorch.ts';
import { listText } from '../../compiler/targets/pytorch/python.ts';
import { modelFrom, specModel } from '../support/model.ts';
import { allSpecs } from '../support/specs.ts';

const emit = (model: Model, documentation = ''): ReadonlyMap<string, string> =>
  emitPytorch({ model, documentation, parameters: figuresOf(model).params });
const moduleOf = (model: Model, documentation = ''): string => emit(model, documentation).get('model.py') ?? '';
const micro = (name: string): Model => specModel(`micro/${name}.swin`);

/** What stands in the module of one model and not in that of the other. */
const choices: readonly {
  readonly needs: string;
  readonly with: string;
  readonly without: string;
  readonly text: RegExp;
}[] = [
  { needs: 'rolls and masks', with: 'micro-swin', without: 'micro-swin-free', text: /torch\.roll|shift|mask/ },
  { needs: 'padding', with: 'micro-pad-after', without: 'micro-swin', text: /padded|F\.pad/ },
  { needs: 'a bias table', with: 'micro-swin', without: 'micro-plain', text: /relative_position/ },
  { needs: 'a position network', with: 'micro-swinv2', without: 'micro-swin', text: /cpb_mlp|log_offsets/ },
  { needs: 'windows of training', with: 'micro-swinv2-pretrained', without: 'micro-swinv2', text: /span or window/ },
  { needs: 'a logit scale', with: 'micro-cosine', without: 'micro-swin', text: /logit_scale|math\./ },
  { needs: 'biases of q and v', with: 'micro-swinv2', without: 'micro-swin', text: /q_bias|v_bias/ },
  { needs: 'norms that start at zero', with: 'micro-swinv2', without: 'micro-swin', text: /zeros_\(norm/ },
  { needs: 'batch norm per token', with: 'micro-swin-free-br', without: 'micro-swin', text: /TokenBatchNorm/ },
  { needs: 'batch norm per channel', with: 'micro-batch-channel', without: 'micro-swin', text: /ChannelBatchNorm/ },
  { needs: 'odd grids to merge', with: 'micro-three-stages', without: 'micro-swin', text: /shape\[2\] % 2/ },
  { needs: 'maps', with: 'micro-features', without: 'micro-swin', text: /maps|norm0/ },
  { needs: 'a head', with: 'micro-swin', without: 'micro-no-head', text: /self\.head\b/ },
];

for (const choice of choices) {
  test(`${choice.needs}: in the module of ${choice.with}, and not in that of ${choice.without}`, () => {
    assert.match(moduleOf(micro(choice.with)), choice.text);
    assert.not.match(moduleOf(micro(choice.without)), choice.text);
  });
}

test('every spec has a module of lines that fit a screen, without holes in its text', () => {
  for (const { name, model } of allSpecs()) {
    for (const [file, text] of emit(model)) {
      const long = text.split('\n').filter((line) => line.length > 120);
      assert.equal(long, [], `${name}: ${file}`);
      assert.not.match(text, /undefined|\[object|NaN|\n{4}|[ \t]\n|\t/, `${name}: ${file}`);
      assert.ok(text.endsWith('\n') && !text.endsWith('\n\n'), `${name}: ${file}`);
    }
  }
});

test('the same model gives the same text', () => {
  assert.equal([...emit(micro('micro-swin'))], [...emit(micro('micro-swin'))]);
});

test('a model without classes has no script that trains it', () => {
  assert.equal([...emit(micro('micro-no-head')).keys()], ['model.py']);
  assert.equal([...emit(micro('micro-swin')).keys()], ['model.py', 'train.py']);
});

test('training ignores maps, whose norms no loss reaches', () => {
  const script = (name: string): string => emit(micro(name)).get('train.py') ?? '';
  assert.match(script('micro-features'), /model\(images\)\[0\]/);
  assert.match(script('micro-features'), /find_unused_parameters=True/);
  assert.not.match(script('micro-swin'), /find_unused_parameters|\)\[0\]/);
});

test('a spec cannot end the text that it stands in', () => {
  const text = moduleOf(micro('micro-swin'), 'It says """ and \\N{DASH}');
  assert.match(text, /It says ''' and \\\\N\{DASH\}/);
});

const named = (name: string): Model =>
  modelFrom(`swin 1
model ${name} {
  input   = image(8, 8, 1)
  classes = 2
  patch   = 2
  dim     = 8
  depths  = [1]
  heads   = [1]
  window  = 4
}
`);

test('a model gets a class of its own name, none that the module has already', () => {
  assert.match(moduleOf(named('tiny-one')), /^class TinyOne\(nn\.Module\)/m);
  assert.match(moduleOf(named('stage')), /^class ModelStage\(nn\.Module\)/m);
  assert.match(moduleOf(named('_7')), /^class Model7\(nn\.Module\)/m);
});

test('a list that repeats itself is written once', () => {
  assert.is(listText(['a', 'b', 'a', 'b']), '[a, b] * 2');
  assert.is(listText(['a', 'a', 'a']), '[a] * 3');
  assert.is(listText(['a', 'b', 'a']), '[a, b, a]');
  assert.is(listText(['a']), '[a]');
});

test.run();
