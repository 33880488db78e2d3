import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diff } from '../../compiler/diff/diff.ts';
import { type Fate, fates, type TensorChange, type WeightsChange } from '../../compiler/diff/difference.ts';
import type { Subject } from '../../compiler/diff/subject.ts';
import { compareWeights } from '../../compiler/diff/weights.ts';
import { small, specSubject } from './subjects.ts';

const between = (a: Subject, b: Subject): WeightsChange => compareWeights(a.planned.naive, b.planned.naive);

const counts = (weights: WeightsChange): Readonly<Record<string, number>> =>
  Object.fromEntries(fates.map((fate) => [fate, weights[fate].count]));

const none = { carry: 0, interpolate: 0, new: 0, dropped: 0, notTransferable: 0 };

const find = (tensors: readonly TensorChange[], name: string): TensorChange => {
  const found = tensors.find((tensor) => tensor.name === name);
  if (!found) throw new Error(`${name} is not among ${tensors.length} tensors`);
  return found;
};

test('Swin-B to Swin-Free-B: every tensor carries but the bias tables of stages 2 and 3', () => {
  const weights = between(specSubject('swin-b.swin'), specSubject('swin-free-b.swin'));
  assert.equal(counts(weights), { ...none, carry: 309, interpolate: 20 });
  assert.equal(
    new Set(weights.interpolate.tensors.map(({ stage, reason }) => `${stage}: ${reason}`)),
    new Set(['2: window 7x7 in A, window 14x14 in B', '3: window 7x7 in A, window 14x14 in B']),
  );
});

test('Swin-B to Swin-Free-B-BR-DR12: norms of another kind, six blocks and the norms of merging gone', () => {
  const weights = between(specSubject('swin-b.swin'), specSubject('swin-free-br-dr.swin', 'swin-free-b-br-dr12'));
  assert.equal(counts(weights), { carry: 155, interpolate: 14, notTransferable: 76, new: 76, dropped: 84 });
  const names = weights.notTransferable.tensors.map(({ name }) => name);
  assert.ok(names.every((name) => /norm[12]?\.(weight|bias)$/.test(name)));
  assert.ok(weights.new.tensors.every(({ name }) => /\.running_(mean|var)$/.test(name)));
});

interface Case {
  readonly what: string;
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly tensor: string;
  readonly fate: Fate;
  readonly reason: string | null;
}

const table = 'layers.0.blocks.0.attn.relative_position_bias_table';
const norm = 'layers.0.blocks.0.norm1.weight';

const cases: readonly Case[] = [
  { what: 'a table of the same window', a: [], b: ['shift = off'], tensor: table, fate: 'carry', reason: null },
  {
    what: 'a table of windows of another shape but as many distances',
    a: ['window = size(4, 8)'],
    b: ['window = size(8, 4)'],
    tensor: table,
    fate: 'interpolate',
    reason: 'window 4x8 in A, window 8x4 in B',
  },
  {
    what: 'a table of other heads, whatever its window',
    a: [],
    b: ['heads = [4, 4]', 'window = 8'],
    tensor: table,
    fate: 'notTransferable',
    reason: '2 heads in A, 4 heads in B',
  },
  { what: 'no table', a: [], b: ['position = none'], tensor: table, fate: 'dropped', reason: null },
  {
    what: 'a layer norm that becomes a batch norm of as many values',
    a: [],
    b: ['norm = batch(per: channel)'],
    tensor: norm,
    fate: 'notTransferable',
    reason: 'weight of layer norm in A, weight of batch norm per channel in B',
  },
  {
    what: 'a batch norm per token of another token grid of as many tokens',
    a: ['norm = batch(per: token)', 'input = image(16, 64, 3)', 'window = 2'],
    b: ['norm = batch(per: token)', 'window = 2'],
    tensor: norm,
    fate: 'notTransferable',
    reason: 'token grid 8x32 in A, token grid 16x16 in B',
  },
  {
    what: 'a batch norm per channel, whose statistics know no grid',
    a: ['norm = batch(per: channel)', 'input = image(16, 64, 3)', 'window = 2'],
    b: ['norm = batch(per: channel)', 'window = 2'],
    tensor: 'layers.0.blocks.0.norm1.running_var',
    fate: 'carry',
    reason: null,
  },
  {
    what: 'a linear of another width',
    a: [],
    b: ['mlp = 2'],
    tensor: 'layers.0.blocks.0.mlp.fc1.weight',
    fate: 'notTransferable',
    reason: '[64, 16] in A, [32, 16] in B',
  },
  {
    what: 'a bias that was not there',
    a: ['qkv.bias = off'],
    b: [],
    tensor: 'layers.1.blocks.1.attn.qkv.bias',
    fate: 'new',
    reason: null,
  },
];

for (const { what, a, b, tensor, fate, reason } of cases) {
  test(what, () => {
    const weights = between(small(...a), small(...b));
    assert.equal(find(weights[fate].tensors, tensor).reason, reason);
  });
}

test('a tensor of both has both shapes, one of B none of A, and the other way round', () => {
  const { interpolate, new: added, dropped } = between(small('qkv.bias = off'), small('window = 8', 'depths = [2, 1]'));
  assert.equal(find(interpolate.tensors, table), {
    name: table,
    stage: 1,
    from: { shape: [49, 2], role: 'relative position bias table', extent: 'window 4x4' },
    to: { shape: [225, 2], role: 'relative position bias table', extent: 'window 8x8' },
    reason: 'window 4x4 in A, window 8x8 in B',
  });
  assert.ok(added.tensors.every(({ from, to }) => from === null && to !== null));
  assert.ok(dropped.tensors.every(({ from, to }) => from !== null && to === null));
});

test('every tensor of either model is counted once', () => {
  const [a, b] = [small('norm = batch(per: token)', 'depths = [4, 2]'), small('window = 8')];
  const { weights } = diff(a, b);
  const names = fates.flatMap((fate) => weights[fate].tensors.map(({ name }) => name));
  const own = (subject: Subject): readonly string[] => {
    const { carry, dropped } = between(subject, subject);
    assert.is(dropped.count, 0);
    return carry.tensors.map(({ name }) => name);
  };
  assert.equal([...names].sort(), [...new Set([...own(a), ...own(b)])].sort());
});

test.run();
