/** What a graph means on synthetic weights and input, and smaller models of the same kind. */
import { type Environment, interpret } from '../../compiler/graph/interpret.ts';
import type { Graph } from '../../compiler/graph/node.ts';
import type { Model, Stage } from '../../compiler/model/model.ts';
import type { Tensor } from '../../compiler/ops/tensor.ts';
import { syntheticParameters } from '../../compiler/weights/parameters.ts';
import { syntheticInput } from '../../compiler/weights/synthetic.ts';

export function syntheticEnvironment(model: Model, batch: number, gain = 1): Environment {
  const { channels, height, width } = model.input;
  const dims = [batch, channels, height, width];
  return { input: { dims, data: new Float64Array(syntheticInput(dims)) }, parameter: syntheticParameters(gain) };
}

export function meaningOf(graph: Graph, model: Model, batch = 1, gain = 1): ReadonlyMap<string, Tensor> {
  return interpret(graph, syntheticEnvironment(model, batch, gain));
}

/**
 * The same grids, windows, shifts, norms and outputs with narrow channels and at most two blocks of each kind in a row,
 * which is all that a rewrite can see of a model.
 */
export function narrowed(model: Model): Model {
  const stages = model.stages.map((stage, index): Stage => {
    const heads = index === 0 ? 1 : 2;
    const { position } = stage;
    const narrow = position.kind === 'continuous' ? { ...position, hidden: 8 } : position;
    return {
      ...stage,
      position: narrow,
      dim: 4 * 2 ** index,
      heads,
      hidden: 8,
      blocks: stage.blocks.slice(0, 4 - Math.min(index, 2)),
    };
  });
  return { ...model, stages, classes: Math.min(model.classes, 5) };
}
