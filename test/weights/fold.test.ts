/** Matrices that are folded by rows have the values, to the bit, that the graph's meaning gives them as a whole. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { planModel } from '../../compiler/compile.ts';
import { createEvaluator } from '../../compiler/graph/interpret.ts';
import { foldWeights } from '../../compiler/weights/fold.ts';
import { foldByRows } from '../../compiler/weights/fold-by-rows.ts';
import { syntheticParameters } from '../../compiler/weights/parameters.ts';
import { allSpecs, isMicro } from '../support/specs.ts';

const test = suite('fold');

const parameter = syntheticParameters(1);
const specs = allSpecs().filter(isMicro);

for (const { name, model } of specs) {
  test(`the weights of ${name}`, () => {
    const { weights } = planModel(model, { elementType: 'f32' });
    const folded = foldWeights(weights, parameter);
    for (const { name: weight, node } of weights) {
      const whole = new Float32Array(createEvaluator({ parameter })(node).data);
      const bytes = folded.get(weight)?.data ?? new Uint8Array();
      assert.equal(new Float32Array(bytes.slice().buffer), whole, weight);
    }
  });
}

test('every matrix of the linears of a model is folded by rows', () => {
  for (const { name, model } of specs) {
    const { weights } = planModel(model, { elementType: 'f32' });
    const matrices = weights.filter((each) => each.node.op === 'transpose' && !each.name.includes('cpb_mlp'));
    for (const { name: weight, node } of matrices) assert.ok(foldByRows(node, parameter), `${weight} of ${name}`);
  }
});

test('rows that need each other are not', () => {
  const spec = specs.find(({ name }) => name.includes('micro-swinv2'));
  assert.ok(spec);
  const { weights } = planModel(spec.model, { elementType: 'f32' });
  const tables = weights.filter(({ node }) => node.op !== 'transpose' && node.op !== 'parameter');
  assert.ok(tables.length > 0);
  assert.ok(tables.some(({ node }) => foldByRows(node, parameter) === undefined));
});

test.run();
