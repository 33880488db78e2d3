import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Role, tensorsOf } from '../../compiler/diff/tensors.ts';
import { parseGraph } from '../../compiler/graph/parse.ts';
import { small } from './subjects.ts';

const roleIn = (text: string, name: string): Role | undefined => tensorsOf(parseGraph(text)).get(name)?.role;

test('a tensor is what the op that uses it makes of it', () => {
  const tensors = tensorsOf(small('norm = batch(per: token)', 'window = size(4, 8)').planned.naive);
  const role = (name: string): Role | undefined => tensors.get(name)?.role;
  assert.equal(role('head.bias'), { kind: 'bias of linear' });
  assert.equal(role('layers.1.blocks.0.norm2.running_var'), {
    kind: 'variance of batch norm per token',
    extent: { of: 'token grid', size: [8, 8] },
  });
  assert.equal(role('layers.0.blocks.1.attn.relative_position_bias_table'), {
    kind: 'relative position bias table',
    extent: { of: 'window', size: [4, 8] },
  });
});

test('stages are those of the model; the embedding and the head have none', () => {
  const tensors = tensorsOf(small().planned.naive);
  assert.equal(
    [
      'patch_embed.proj.weight',
      'layers.0.downsample.reduction.weight',
      'layers.1.blocks.1.norm1.bias',
      'norm.weight',
    ].map((name) => tensors.get(name)?.stage),
    [null, 1, 2, null],
  );
});

test('arithmetic on a tensor alone leaves its role to what reads the result', () => {
  const role = roleIn(
    `graph indirect
    %0 = input {shape: [1, 2, 4]}
    %1 = parameter {name: "w", shape: [4, 3]}
    %2 = transpose(%1)
    %3 = linear(%0, %2)
    output logits = %3`,
    'w',
  );
  assert.equal(role, { kind: 'weight of linear' });
});

test('of several users the first one counts', () => {
  const text = (first: string, second: string): string => `graph twice
    %0 = input {shape: [1, 2, 4]}
    %1 = parameter {name: "v", shape: [4]}
    %2 = parameter {name: "w", shape: [4, 4]}
    %3 = ${first}
    %4 = ${second.replace('%0', '%3')}
    output logits = %4`;
  const [norm, linear] = ['layer_norm(%0, weight: %1) {epsilon: 0.1}', 'linear(%0, %2, bias: %1)'] as const;
  assert.equal(roleIn(text(norm, linear), 'v'), { kind: 'weight of layer norm' });
  assert.equal(roleIn(text(linear, norm), 'v'), { kind: 'bias of linear' });
});

test.run();
