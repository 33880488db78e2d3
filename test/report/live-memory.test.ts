import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseGraph } from '../../compiler/graph/parse.ts';
import { liveMemory } from '../../compiler/report/live-memory.ts';

/** Bytes alive while each node runs, by its op. */
const alive = (text: string): readonly string[] =>
  liveMemory(parseGraph(text)).map(({ node, bytes }) => `${node.op} ${bytes}`);

/** An image of 16 values, 64 bytes; so is each map. */
const image = `graph hand-made
  %0 = input {shape: [1, 4, 4]}
  %1 = patch_unfold(%0) {patch: [1, 1]}`;

test('a chain keeps an operand and a result at a time', () => {
  const text = `${image}
  %2 = roll(%1) {by: [1, 1]}
  %3 = patch_merge(%2) {}
  output logits = %3`;
  assert.equal(alive(text), ['patch_unfold 128', 'roll 128', 'patch_merge 128']);
});

test('what a residual waits for stays alive', () => {
  const text = `${image}
  %2 = roll(%1) {by: [1, 1]}
  %3 = roll(%2) {by: [1, 0]}
  %4 = add(%1, %3) {}
  output logits = %4`;
  assert.equal(alive(text), ['patch_unfold 128', 'roll 128', 'roll 192', 'add 192']);
});

test('weights are no activations, and a result of another size counts with its own', () => {
  const text = `${image}
  %2 = parameter {name: "w", shape: [8, 1]}
  %3 = linear(%1, %2) {}
  %4 = pool(%3) {}
  output logits = %4`;
  assert.equal(alive(text), ['patch_unfold 128', `linear ${64 + 512}`, `pool ${512 + 32}`]);
});

test('features live to the end, and taps only as long as they are read', () => {
  const graph = (output: string) => `${image}
  %2 = roll(%1) {by: [1, 1]}
  %3 = roll(%2) {by: [1, 0]}
  output ${output} = %1
  output logits = %3`;
  assert.equal(alive(graph('features 1')), ['patch_unfold 128', 'roll 128', 'roll 192']);
  assert.equal(alive(graph('stage 1')), ['patch_unfold 128', 'roll 128', 'roll 128']);
});

test('a node that nobody reads is given back at once', () => {
  const text = `${image}
  %2 = roll(%1) {by: [1, 1]}
  %3 = roll(%1) {by: [2, 2]}
  %4 = pool(%3) {}
  output logits = %4
  output stage 1 = %2`;
  assert.equal(alive(text), ['patch_unfold 128', 'roll 128', 'roll 128', `pool ${64 + 4}`]);
});

test.run();
