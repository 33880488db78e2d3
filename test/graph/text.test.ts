import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import { parseGraph } from '../../compiler/graph/parse.ts';
import { printGraph } from '../../compiler/graph/print.ts';
import { optimise } from '../../compiler/passes/index.ts';
import { allSpecs } from '../support/specs.ts';

const parses = (text: string): void => void parseGraph(text);

test('every graph reads back as it prints, naive and optimised', () => {
  for (const { name, model } of allSpecs()) {
    const naive = buildGraph(model);
    for (const graph of [naive, optimise(naive).graph]) {
      const text = printGraph(graph);
      assert.is(printGraph(parseGraph(text)), text, name);
    }
  }
});

test('equal nodes of a text become one', () => {
  const graph = parseGraph(`graph twice
    %0 = parameter {name: "w", shape: [4]}
    %1 = reciprocal_root(%0) {epsilon: 0.5}
    %2 = reciprocal_root(%0) {epsilon: 0.5}
    %3 = multiply(%1, %2)
    output logits = %3`);
  assert.is(
    printGraph(graph),
    `graph twice
%0 = parameter {name: "w", shape: [4]} : [4]
%1 = reciprocal_root(%0) {epsilon: 0.5} : [4]
%2 = multiply(%1, %1) : [4]
output logits = %2
`,
  );
});

for (const [what, text, message] of [
  ['an unknown op', '%0 = dance', /line 1: this is no node/],
  ['an unknown operand', '%0 = roll(%9) {by: [1, 1]}', /line 1: cannot read the operand %9/],
  ['a missing attribute', '%0 = input', /line 1: input wants a list of integers as shape/],
  ['an attribute too many', '%0 = input {shape: [3, 4, 4], size: 3}', /input has no attribute size/],
  ['a wrong shape', '%0 = input {shape: [3, 4, 4]} : [B, 3, 4, 5]', /says \[B, 3, 4, 5\] but has the shape/],
  ['an operand too few', '%0 = add', /add wants an operand a/],
] as const) {
  test(`${what} is an error that names its line`, () => {
    assert.throws(() => parses(text), message);
  });
}

test.run();
