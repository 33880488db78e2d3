/** The Swin-Free paper's Table 6, which was counted by onnx-tool. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import type { Model } from '../../compiler/model/model.ts';
import { type MacKind, type OnnxToolEntry, onnxToolCount, onnxToolEntries } from '../../compiler/report/onnx-tool.ts';
import { modelFrom, specModel } from '../support/model.ts';

const entriesOf = (model: Model): readonly OnnxToolEntry[] | null => onnxToolEntries(model, buildGraph(model));

/** In 1e9 MACs and 1e6 parameters: with one decimal as the paper prints them, with four as the tool counts. */
const table6 = [
  ['swin-b', 'swin-b.swin', '15.9116', '15.9', '88.6625', '88.7'],
  ['swin-b-br', 'swin-br.swin', '15.5740', '15.6', '88.6669', '88.7'],
  ['swin-free-t', 'swin-free-t.swin', '5.0106', '5.0', '31.5711', '31.6'],
  ['swin-free-s', 'swin-free-s.swin', '9.7310', '9.7', '58.3371', '58.3'],
  ['swin-free-b', 'swin-free-b.swin', '16.7510', '16.8', '99.4090', '99.4'],
  ['swin-free-t-br', 'swin-free-br.swin', '4.8424', '4.8', '31.5764', '31.6'],
  ['swin-free-s-br', 'swin-free-br.swin', '9.4778', '9.5', '58.3425', '58.3'],
  ['swin-free-b-br', 'swin-free-br.swin', '16.4135', '16.4', '99.4134', '99.4'],
  ['swin-free-b-dr10', 'swin-free-dr.swin', '11.3221', '11.3', '69.3256', '69.3'],
  ['swin-free-b-dr12', 'swin-free-dr.swin', '12.6793', '12.7', '76.8465', '76.8'],
  ['swin-free-b-dr14', 'swin-free-dr.swin', '14.0365', '14.0', '84.3673', '84.4'],
  ['swin-free-b-dr16', 'swin-free-dr.swin', '15.3938', '15.4', '91.8882', '91.9'],
  ['swin-free-b-br-dr12', 'swin-free-br-dr.swin', '12.3983', '12.4', '76.8508', '76.9'],
  ['swin-free-b-br-dr14', 'swin-free-br-dr.swin', '13.7367', '13.7', '84.3717', '84.4'],
  ['swin-free-b-br-dr16', 'swin-free-br-dr.swin', '15.0751', '15.1', '91.8925', '91.9'],
] as const;

for (const [name, file, macs, printedMacs, params, printedParams] of table6) {
  test(`Table 6, ${name}: both columns, to the printed digit and beyond`, () => {
    const entries = entriesOf(specModel(file, name));
    assert.ok(entries);
    const counted = onnxToolCount(entries);
    assert.is((counted.macs / 1e9).toFixed(4), macs);
    assert.is((counted.macs / 1e9).toFixed(1), printedMacs);
    assert.is((counted.params / 1e6).toFixed(4), params);
    assert.is((counted.params / 1e6).toFixed(1), printedParams);
  });
}

test('Table 6 has fifteen rows', () => {
  assert.is(new Set(table6.map(([name]) => name)).size, 15);
});

test('Swin-B by kind of op, in millions', () => {
  const expected: Readonly<Record<MacKind, string>> = {
    product: '15126.1',
    bias: '28.4',
    norm: '287.8',
    scale: '3.1',
    attention: '304.9',
    position: '7.1',
    softmax: '85.7',
    activation: '62.2',
    residual: '6.2',
    pool: '0.1',
  };
  const entries = entriesOf(specModel('swin-b.swin')) ?? [];
  for (const [kind, millions] of Object.entries(expected)) {
    const own = entries.filter((entry) => entry.kind === kind).map(({ amount }) => amount);
    assert.is((own.reduce((total, amount) => total + amount, 0) / 1e6).toFixed(1), millions, kind);
  }
});

/** A model of the paper's shape but for what the given lines change. */
const altered = (...lines: readonly string[]): Model =>
  modelFrom(
    `swin 1
model tall {
  input   = image(448, 224, 3)
  classes = 10
  dim     = 32
  depths  = [2, 2, 2, 2]
  heads   = [1, 2, 4, 8]
  window  = 7
  clamp   = both
}
model m extends tall {
  ${lines.join('\n  ')}
}`,
    'm',
  );

test('other depths, widths, activations and oblong images are of the family', () => {
  assert.ok(entriesOf(altered('act = relu')));
});

for (const line of [
  'features = [2]',
  'classes = 0',
  'qkv.bias = off',
  'position = none',
  'act = silu',
  'norm = batch(per: channel)',
  'norm = batch(per: token)',
  'merge.norm = none',
  'window = size(14, 7)',
  'window = [7, 7, size(14, 7), 7]',
]) {
  test(`nothing is claimed where \`${line}\`: the paper exported no such model`, () => {
    assert.is(entriesOf(altered(line)), null);
  });
}

test('nothing is claimed of padded grids and of other numbers of stages', () => {
  assert.is(entriesOf(altered('window = 6', 'pad = before-shift')), null);
  assert.is(entriesOf(specModel('micro/micro-three-stages.swin')), null);
});

test.run();
