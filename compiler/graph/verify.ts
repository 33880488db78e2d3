/** What every graph must satisfy, whichever pass made it. */
import { definitionOf } from '../ops/index.ts';
import { printShape, sameDims } from '../ops/op.ts';
import { erased, type Graph, type Node, nodesOf, operandsOf } from './node.ts';
import { printScope } from './print.ts';

export class VerifyError extends Error {
  override readonly name = 'VerifyError';
}

type Law = (node: Node) => string | undefined;

const shapeFollows: Law = (node) => {
  const { op, operands, attributes } = erased(node);
  const shapes = Object.fromEntries(Object.entries(operands).flatMap(([name, o]) => (o ? [[name, o.shape]] : [])));
  const inferred = definitionOf(op).infer(shapes, attributes);
  const same = inferred.batched === node.shape.batched && sameDims(inferred.dims, node.shape.dims);
  return same ? undefined : `has the shape ${printShape(node.shape)} where ${printShape(inferred)} follows`;
};

const dimensionsArePositive: Law = (node) =>
  node.shape.dims.every((dim) => Number.isInteger(dim) && dim > 0)
    ? undefined
    : `has a dimension that is not a positive integer: ${printShape(node.shape)}`;

const parametersStayParameters: Law = (node) =>
  node.shape.batched || operandsOf(node).every((operand) => !operand.shape.batched)
    ? undefined
    : 'drops the batch of its operand';

/** One row a law; each says what is wrong with a node, or nothing. */
export const laws: readonly Law[] = [shapeFollows, dimensionsArePositive, parametersStayParameters];

/** Throws a VerifyError that lists what is wrong. */
export const verify = (graph: Graph): void => {
  const complaints = nodesOf(graph).flatMap((node) =>
    laws.flatMap((law) => {
      const complaint = law(node);
      return complaint ? [`${node.op}${printScope(node.scope)} ${complaint}`] : [];
    }),
  );
  const names = graph.outputs.map(({ name }) => name);
  if (names.length === 0) complaints.push('the graph has no output');
  if (new Set(names).size !== names.length) complaints.push('two outputs have one name');
  if (complaints.length > 0) throw new VerifyError(`${graph.name}: ${complaints.join('; ')}`);
};
