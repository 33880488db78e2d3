/** What a model wants of weights, and the hash that makes them; `import-checkpoint.ts` takes them from a file. */
import { type Graph, nodesOf } from '../graph/node.ts';
import type { ParameterSource } from './parameter-source.ts';
import { syntheticTensor } from './synthetic.ts';

export const syntheticParameters =
  (gain: number): ParameterSource =>
  (name, shape) =>
    syntheticTensor(name, shape, gain);

/** A checkpoint that does not hold what the model asks for; lists every tensor that is amiss. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Every parameter of a graph, once, in the order in which the graph meets them. */
export const parametersOf = (graph: Graph): readonly ParameterSpec[] =>
  nodesOf(graph).flatMap((node) => (node.op === 'parameter' ? [node.attributes] : []));
