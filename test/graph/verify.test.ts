import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import type { Graph, Node } from '../../compiler/graph/node.ts';
import { parseGraph } from '../../compiler/graph/parse.ts';
import { verify } from '../../compiler/graph/verify.ts';
import { allSpecs } from '../support/specs.ts';

const small = parseGraph(`graph small
  %0 = input {shape: [3, 4, 4]}
  %1 = patch_unfold(%0) {patch: [2, 2]}
  output logits = %1`);

const withOutput = (node: Node): Graph => ({ name: 'small', outputs: [{ name: 'logits', node }] });

test('every naive graph is in order', () => {
  for (const { model } of allSpecs()) verify(buildGraph(model));
});

test('a node whose shape does not follow from its operands is found', () => {
  const node = small.outputs[0]?.node;
  if (!node) throw new Error('the sample has an output');
  const wrong = { ...node, shape: { batched: true, dims: [2, 2, 13] } };
  assert.throws(() => verify(withOutput(wrong)), /patch_unfold has the shape \[B, 2, 2, 13\] where \[B, 2, 2, 12\]/);
});

test('a graph without outputs, or with one name twice, is found', () => {
  assert.throws(() => verify({ name: 'none', outputs: [] }), /no output/);
  assert.throws(() => verify({ name: 'two', outputs: [...small.outputs, ...small.outputs] }), /one name/);
});

test.run();
