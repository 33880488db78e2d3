/** The meaning of a graph, in float64. Slow and plain: a pass is right when this answers the same before and after. */
import { definitionOf } from '../ops/index.ts';
import { volume } from '../ops/op.ts';
import { type Tensor, tensor } from '../ops/tensor.ts';
import { erased, type Graph, type Node, type NodeOf } from './node.ts';

export interface Environment {
  /** [B, C, H, W]; absent when only parameters are evaluated. */
  readonly input?: Tensor;
  /** The values of a parameter, in its canonical shape. */
  readonly parameter: (name: string, shape: readonly number[]) => ArrayLike<number>;
}

export class InterpretError extends Error {
  override readonly name = 'InterpretError';
}

const sourceValue = (node: Node, environment: Environment): Tensor => {
  if (node.op === 'input') {
    if (!environment.input) throw new InterpretError('the graph wants an input');
    return environment.input;
  }
  if (node.op !== 'parameter') throw new InterpretError(`${node.op} has no reference meaning`);
  return tensor(node.shape.dims, new Float64Array(parameterValues(node, environment)));
};

/** As many values as the parameter's shape has. */
export const parameterValues = (
  { attributes: { name }, shape: { dims } }: NodeOf<'parameter'>,
  { parameter }: Pick<Environment, 'parameter'>,
): ArrayLike<number> => {
  const values = parameter(name, dims);
  if (values.length !== volume(dims)) {
    throw new InterpretError(`${name} has ${values.length} values, not ${volume(dims)}`);
  }
  return values;
};

/** A function that evaluates nodes and remembers their values. */
export const createEvaluator = (environment: Environment): ((node: Node) => Tensor) => {
  const values = new Map<Node, Tensor>();
  const evaluate = (node: Node): Tensor => {
    const known = values.get(node);
    if (known) return known;
    const { op, operands, attributes } = erased(node);
    const definition = definitionOf(op);
    const inputs = Object.fromEntries(
      Object.entries(operands).flatMap(([name, o]) => (o ? [[name, evaluate(o)]] : [])),
    );
    const value = definition.evaluate ? definition.evaluate(inputs, attributes) : sourceValue(node, environment);
    values.set(node, value);
    return value;
  };
  return evaluate;
};

export const interpret = (graph: Graph, environment: Environment): ReadonlyMap<string, Tensor> => {
  const evaluate = createEvaluator(environment);
  return new Map(graph.outputs.map(({ name, node }) => [name, evaluate(node)]));
};
