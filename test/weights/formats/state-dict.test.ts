/** Which dict of a file is read where there are several. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PickleDict, PickleTensor, PickleValue } from '../../../compiler/weights/formats/pickle-values.ts';
import { findStateDict } from '../../../compiler/weights/formats/state-dict.ts';

const tensor: PickleTensor = {
  kind: 'tensor',
  storage: { kind: 'storage', dtype: 'F32', key: '0', count: 1 },
  offset: 0,
  shape: [1],
  strides: [1],
};

const dict = (entries: Readonly<Record<string, PickleValue>>): PickleDict => ({
  kind: 'dict',
  entries: new Map(Object.entries(entries)),
});

const weights = dict({ 'norm.weight': tensor });
const averaged = dict({ 'norm.weight': tensor, 'norm.bias': tensor });

/** What a file holds, where its state dict is, and which others there are. */
const files: readonly (readonly [file: PickleDict, wrapper: string | null, others: readonly string[]])[] = [
  [weights, null, []],
  [dict({ model: weights, epoch: 3 }), 'model', []],
  [dict({ state_dict_ema: averaged, arch: 'swin' }), 'state_dict_ema', []],
  [dict({ model_ema: averaged }), 'model_ema', []],
  [dict({ state_dict: weights, state_dict_ema: averaged }), 'state_dict', ['state_dict_ema']],
  [dict({ model_ema: averaged, model: weights }), 'model', ['model_ema']],
  [dict({ model: dict({ module: weights }), model_ema: dict({ module: averaged }) }), 'model.module', ['model_ema']],
  [dict({ model: weights, state_dict: weights }), 'model', []],
];

for (const [file, wrapper, others] of files) {
  test(`a file of ${[...file.entries.keys()].join(' and ')}`, () => {
    const found = findStateDict(file);
    assert.equal([found.wrapper, found.others], [wrapper, others]);
    assert.ok(found.tensors.has('norm.weight'));
  });
}

test.run();
