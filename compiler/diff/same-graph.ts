/** Whether two graphs compute the same, whatever they are called. */
import { copyGraph, createFactory, type Graph } from '../graph/node.ts';

/**
 * In one factory equal nodes are one node, so that copies into it are compared by their outputs. Outputs count by name
 * and in any order; where in the model a node belongs does not count.
 */
export const sameGraph = (a: Graph, b: Graph): boolean => {
  const factory = createFactory();
  const [first, second] = [a, b].map(
    (graph) => new Map(copyGraph(graph, factory).outputs.map(({ name, node }) => [name, node])),
  );
  if (!first || !second || first.size !== second.size) return false;
  return [...first].every(([name, node]) => second.get(name) === node);
};
