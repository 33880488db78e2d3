/** Matrices that are folded by rows have the values, to the bit, that the graph's meaning gives them as a whole. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import { planModel } from '../../compiler/compile.ts';
import { createEvaluator } from '../../compiler/graph/interpret.ts';
import type { Node } from '../../compiler/graph/node.ts';
import { foldWeights } from '../../compiler/weights/fold.ts';
import { createBlockMemory, foldByRows } from '../../compiler/weights/fold-by-rows.ts';
import { type ParameterSource, parametersOfTensors } from '../../compiler/weights/parameter-source.ts';
import { parametersOf, syntheticParameters } from '../../compiler/weights/parameters.ts';
import { syntheticTensor } from '../../compiler/weights/synthetic.ts';
import { toHalves } from '../../runtime/float16.ts';
import { fromFloat32, type ReadPart } from '../../runtime/safetensors.ts';
import { specModel } from '../support/model.ts';
import { allSpecs, isMicro } from '../support/specs.ts';

const test = suite('fold');

const parameter = syntheticParameters(1);
const specs = allSpecs().filter(isMicro);
const elementTypes = ['f32', 'f16'] as const;

const isByRows = (node: Node): boolean => foldByRows(node, parameter, createBlockMemory()) !== undefined;

for (const { name, model } of specs) {
  for (const elementType of elementTypes) {
    test(`the weights of ${name} in ${elementType}`, () => {
      const { weights } = planModel(model, { elementType });
      const folded = foldWeights(weights, parameter);
      for (const { name: weight, node, type } of weights) {
        const whole = new Float32Array(createEvaluator({ parameter })(node).data);
        const words = type === 'f16' ? toHalves(whole) : whole;
        assert.equal(folded.get(weight)?.data, new Uint8Array(words.buffer), weight);
      }
    });
  }
}

test('every matrix of the linears of a model, and every bias that takes one, is folded by rows', () => {
  for (const { name, model } of specs) {
    const { weights } = planModel(model, { elementType: 'f32' });
    const matrices = weights.filter((each) => each.node.op === 'transpose' && !each.name.includes('cpb_mlp'));
    const products = weights.filter((each) => each.node.op === 'linear');
    for (const { name: weight, node } of [...matrices, ...products]) assert.ok(isByRows(node), `${weight} of ${name}`);
  }
});

test('rows that need each other are not', () => {
  const spec = specs.find(({ name }) => name.includes('micro-swinv2'));
  assert.ok(spec);
  const { weights } = planModel(spec.model, { elementType: 'f32' });
  const tables = weights.filter(({ node }) => node.op !== 'transpose' && node.op !== 'parameter');
  assert.ok(tables.length > 0);
  assert.ok(tables.some(({ node }) => !isByRows(node)));
});

/** All of a tensor from parts of a length, each in the memory of the one before. */
function joined(part: ReadPart, total: number, length: number): Uint8Array {
  const [memory, result] = [new Uint8Array(length), new Uint8Array(total)];
  for (let begin = 0; begin < total; begin += length) {
    result.set(part(begin, Math.min(begin + length, total), memory), begin);
    memory.fill(0xff);
  }
  return result;
}

for (const elementType of elementTypes) {
  test(`parts of any length are the weight, in ${elementType}`, () => {
    for (const { name, model } of specs) {
      for (const [weight, tensor] of foldWeights(planModel(model, { elementType }).weights, parameter)) {
        if (tensor.part === undefined) continue;
        const { data } = tensor;
        // Ends within rows, and more room than there is to fill.
        for (const length of [4 * Math.ceil(data.length / 13), data.length + 4]) {
          assert.equal(joined(tensor.part, data.length, length), data, `${weight} of ${name}`);
        }
      }
    }
  });
}

test('a matrix is asked for by its rows alone, and each weight counts once', () => {
  const model = specModel('micro/micro-swin.swin');
  const synthetic = parametersOf(buildGraph(model)).map(
    ({ name, shape }) => [name, fromFloat32(syntheticTensor(name, shape, 1), shape, 'F32')] as const,
  );
  const given = parametersOfTensors(new Map(synthetic));
  const asked: number[] = [];
  const source: ParameterSource = Object.assign(
    (name: string, shape: readonly number[]) => {
      asked.push(shape.length);
      return given(name, shape);
    },
    { rows: given.rows },
  );
  const { weights } = planModel(model, { elementType: 'f32' });
  const expected = foldWeights(weights, parameter);
  const shares: number[] = [];
  for (const [name, tensor] of foldWeights(weights, source, (done) => shares.push(Math.round(done * weights.length)))) {
    const { length } = expected.get(name)?.data ?? [];
    assert.equal(tensor.part && joined(tensor.part, length ?? 0, 256), expected.get(name)?.data, name);
  }
  assert.equal([...new Set(asked)], [1]);
  assert.equal(
    shares,
    weights.map((_, index) => index + 1),
  );
});

test.run();
