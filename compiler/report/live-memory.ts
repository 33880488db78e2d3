/** What a graph's activations need when every node allocates its result and gives back what nobody reads any more. */
import { isEager } from '../graph/cost.ts';
import { type Graph, type Node, nodesOf, operandsOf } from '../graph/node.ts';
import { volume } from '../ops/op.ts';
import { outputKind } from '../plan/tables.ts';

export interface LiveNode {
  readonly node: Node;
  /** Bytes that are alive while the node runs, its operands and its result among them, in f32 for one image. */
  readonly bytes: number;
}

const bytesOf = ({ shape }: Node): number => 4 * volume(shape.dims);

/**
 * The nodes that run, in the order in which they were made, each with the bytes alive at that moment. The image lives
 * until its last reader; logits and features live to the end; taps are nobody's. Weights, and what is made of them
 * alone, are no activations.
 */
export const liveMemory = (graph: Graph): readonly LiveNode[] => {
  const order = nodesOf(graph)
    .filter(({ shape }) => shape.batched)
    .toSorted((first, second) => first.id - second.id);
  const lastReader = new Map<Node, Node>();
  for (const node of order) for (const operand of operandsOf(node)) lastReader.set(operand, node);
  const kept = new Set(graph.outputs.flatMap(({ name, node }) => (outputKind(name).kind === 'stage' ? [] : [node])));
  let alive = 0;
  return order.flatMap((node) => {
    alive += bytesOf(node);
    const entry = { node, bytes: alive };
    const read = new Set(operandsOf(node).filter(({ shape }) => shape.batched));
    for (const operand of read) if (lastReader.get(operand) === node && !kept.has(operand)) alive -= bytesOf(operand);
    if (!lastReader.has(node) && !kept.has(node)) alive -= bytesOf(node);
    return isEager(node) ? [entry] : [];
  });
};
