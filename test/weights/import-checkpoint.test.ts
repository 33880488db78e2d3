/** Layouts: what is recognised, mapped, resized, left out and refused. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import type { Graph } from '../../compiler/graph/node.ts';
import { exportCheckpoint } from '../../compiler/weights/export-checkpoint.ts';
import { importCheckpoint } from '../../compiler/weights/import-checkpoint.ts';
import { parametersOf } from '../../compiler/weights/parameters.ts';
import { syntheticTensor } from '../../compiler/weights/synthetic.ts';
import type { Tensor } from '../../runtime/safetensors.ts';
import { readTensors } from '../support/checkpoints.ts';
import { specModel } from '../support/model.ts';

const swin = buildGraph(specModel('micro/micro-swin.swin'));
const swinV2 = buildGraph(specModel('micro/micro-swinv2.swin'));
const swinFree = buildGraph(specModel('micro/micro-swin-free.swin'));
const swinFreeBr = buildGraph(specModel('micro/micro-swin-free-br.swin'));

const layoutNames = ['microsoft', 'timm', 'torchvision', 'hf', 'openmmlab'] as const;

const files = [
  ['microsoft-micro', swin, 'microsoft', 'buffer'],
  ['timm-micro', swin, 'timm', undefined],
  ['torchvision-micro', swin, 'torchvision', 'buffer'],
  ['mmpretrain-micro', swin, 'openmmlab', 'buffer'],
  ['timm-v2-micro', swinV2, 'timm', undefined],
  ['torchvision-v2-micro', swinV2, 'torchvision', 'buffer'],
  ['nvidia-swin-free-micro', swinFree, 'microsoft', 'buffer'],
] as const;

for (const [name, graph, layout, leftOut] of files) {
  test(`${name} is recognised, and nothing but buffers is left out`, () => {
    const { report, tensors } = importCheckpoint(readTensors(name), graph, { strict: true });
    assert.is(report.layout, layout);
    assert.is(report.mapped, tensors.size);
    assert.equal([...new Set(report.dropped.map(({ reason }) => reason))], leftOut === undefined ? [] : [leftOut]);
  });
}

test('the merging norms that Swin-Free-BR keeps and never uses are dead', () => {
  const { report } = importCheckpoint(readTensors('nvidia-swin-free-br-micro'), swinFreeBr);
  const reasons = new Set(report.dropped.map(({ key, reason }) => `${reason} ${key.split('.').slice(2).join('.')}`));
  assert.ok(reasons.has('dead downsample.norm.weight') && reasons.has('dead downsample.expansion.weight'));
  assert.ok(![...reasons].some((reason) => reason.startsWith('unused')));
});

test('the layout of OpenMMLab holds the same values in another order', () => {
  const theirs = importCheckpoint(readTensors('mmpretrain-micro'), swin).tensors;
  const { tensors } = importCheckpoint(readTensors('microsoft-micro'), swin);
  assert.ok(tensors.size > 50);
  for (const [name, { data }] of tensors) assert.equal(theirs.get(name)?.data, data, name);
});

test('the bias tables of another window are resized, unless that is refused', () => {
  const given = readTensors('microsoft-micro');
  const { report, tensors } = importCheckpoint(given, swinFree);
  assert.equal(
    report.interpolated.map(({ name, from, to }) => [name.split('.').slice(0, 4).join('.'), from, to]),
    [
      ['layers.1.blocks.0', [7, 7], [15, 15]],
      ['layers.1.blocks.1', [7, 7], [15, 15]],
    ],
  );
  assert.equal(tensors.get('layers.1.blocks.0.attn.relative_position_bias_table')?.shape, [225, 4]);
  assert.throws(() => importCheckpoint(given, swinFree, { strict: true }), /for windows of 4x4 and not 8x8.*--strict/);
});

test('what is missing is named, also as the file would call it', () => {
  const without = (name: 'torchvision-micro' | 'timm-micro', key: string): ReadonlyMap<string, Tensor> =>
    new Map([...readTensors(name)].filter(([each]) => each !== key));
  assert.throws(
    () => importCheckpoint(without('torchvision-micro', 'features.3.1.mlp.0.weight'), swin),
    /layers\.1\.blocks\.1\.mlp\.fc1\.weight \[128, 32\] is missing, which is features\.3\.1\.mlp\.0\.weight in torchvision's layout/,
  );
  assert.throws(() => importCheckpoint(without('timm-micro', 'norm.bias'), swin), /norm\.bias \[32\] is missing/);
});

test('what does not fit is refused by name', () => {
  const refused = (given: ReadonlyMap<string, Tensor>, graph: Graph, complaint: RegExp): void =>
    assert.throws(() => importCheckpoint(given, graph), complaint);
  const micro = readTensors('microsoft-micro');
  const head = micro.get('head.weight');
  assert.ok(head);
  refused(
    new Map([...micro, ['head.weight', { ...head, shape: [5, 64] }]]),
    swin,
    /head\.weight is \[5, 64\] and not \[10, 32\]/,
  );
  refused(new Map([...micro, ['absolute_pos_embed', head]]), swin, /absolute position embeddings/);
  refused(new Map([['encoder.weight', head]]), swin, /it begins with encoder\.weight/);
  refused(new Map(), swin, /holds no tensors/);
});

for (const [name, graph] of files) {
  for (const layout of layoutNames) {
    test(`${name} goes to the layout ${layout} and back, bit for bit`, () => {
      const { tensors } = importCheckpoint(readTensors(name), graph);
      const exported = exportCheckpoint(tensors, layout);
      const back = importCheckpoint(exported, graph, { strict: true });
      assert.is(back.report.layout, layout);
      assert.equal(back.report.dropped, []);
      assert.is(back.tensors.size, tensors.size);
      for (const [key, { dtype, data }] of tensors) {
        assert.is(back.tensors.get(key)?.dtype, dtype);
        assert.equal(back.tensors.get(key)?.data, data, key);
      }
    });
  }
}

for (const name of ['timm-micro', 'torchvision-micro', 'timm-v2-micro', 'torchvision-v2-micro'] as const) {
  test(`${name} exported to its own layout has the very keys of its library`, () => {
    const given = readTensors(name);
    const [, graph, layout] = files.find(([each]) => each === name) ?? [];
    assert.ok(graph && layout);
    const exported = exportCheckpoint(importCheckpoint(given, graph).tensors, layout);
    const isBuffer = (key: string): boolean => /relative_(position_index|coords_table)$/.test(key);
    assert.equal([...exported.keys()].sort(), [...given.keys()].filter((key) => !isBuffer(key)).sort());
    for (const [key, { shape }] of exported) assert.equal(shape, given.get(key)?.shape, key);
  });
}

test('two tensors that a layout gives one name are refused, unless they are equal', () => {
  const features = buildGraph(specModel('micro/micro-features.swin'));
  const tensors = new Map(
    parametersOf(features).map(({ name, shape }): [string, Tensor] => [
      name,
      { dtype: 'F32', shape, data: new Uint8Array(syntheticTensor(name, shape, 1).buffer) },
    ]),
  );
  const asOpenMmLab = () => exportCheckpoint(tensors, 'openmmlab');
  assert.throws(
    asOpenMmLab,
    /norm\.weight and norm1\.weight differ, but in OpenMMLab's layout both are backbone\.norm1\.weight; another/,
  );
  for (const layout of layoutNames.filter((each) => each !== 'openmmlab')) {
    const { tensors: back } = importCheckpoint(exportCheckpoint(tensors, layout), features, { strict: true });
    for (const [name, { data }] of tensors) assert.equal(back.get(name)?.data, data, `${layout} ${name}`);
  }
  for (const part of ['weight', 'bias']) {
    const shared = tensors.get(`norm.${part}`);
    assert.ok(shared);
    tensors.set(`norm1.${part}`, shared);
  }
  const { tensors: back } = importCheckpoint(asOpenMmLab(), features, { strict: true });
  for (const [name, { data }] of tensors) assert.equal(back.get(name)?.data, data, name);
});

test.run();
