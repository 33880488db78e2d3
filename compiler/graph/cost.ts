/** What a graph costs, counted from the op table. */
import type { Figures, StageFigures } from '../model/figures.ts';
import type { Model, Stage } from '../model/model.ts';
import { definitionOf } from '../ops/index.ts';
import { volume } from '../ops/op.ts';
import { erased, type Graph, type Node, nodesOf, operandsOf } from './node.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Multiply-accumulates of a node's matrix products, for one image. */
export const macsOf = (node: Node): number => {
  const { op, operands, attributes, shape } = erased(node);
  if (!shape.batched) return 0;
  const shapes = Object.fromEntries(Object.entries(operands).flatMap(([name, o]) => (o ? [[name, o.shape]] : [])));
  return definitionOf(op).cost?.(shapes, attributes, shape).macs ?? 0;
};

const isStatistic = (name: string): boolean => /\.running_(mean|var)$/.test(name);

/** Trainable values of a parameter: running statistics are not trained. */
export const trainableValues = (node: Node): number =>
  node.op === 'parameter' && !isStatistic(node.attributes.name) ? volume(node.shape.dims) : 0;

/** A node that would be a dispatch if every node ran alone; parameters and what is made of them alone run never. */
export const isEager = (node: Node): boolean => node.shape.batched && node.op !== 'input';

export interface EagerCost {
  readonly dispatches: number;
  /** Bytes read and written in f32 for one image. */
  readonly bytes: number;
}

/** Bytes that a node by itself reads and writes: every operand once, weights included, and its result, in f32 for one image. */
export const eagerBytes = (node: Node): number => {
  const operands = operandsOf(node);
  let values = volume(node.shape.dims);
  for (let index = 0; index < operands.length; index++) {
    const operand = operands[index];
    if (operand !== undefined && operands.indexOf(operand) === index) values += volume(operand.shape.dims);
  }
  return 4 * values;
};

/** Costs that are known already: each is asked for before and after a sweep. */
const graphCosts = new WeakMap<Graph, EagerCost>();

/** The cost of running each node by itself. */
export const eagerCost = (graph: Graph): EagerCost => {
  const known = graphCosts.get(graph);
  if (known) return known;
  let [dispatches, bytes] = [0, 0];
  for (const node of nodesOf(graph)) {
    if (!isEager(node)) continue;
    dispatches += 1;
    bytes += eagerBytes(node);
  }
  const cost = { dispatches, bytes };
  graphCosts.set(graph, cost);
  return cost;
};

const windowsOf = (stage: Stage): number => {
  const window = stage.blocks[0]?.window ?? stage.grid;
  return Math.ceil(stage.grid.height / window.height) * Math.ceil(stage.grid.width / window.width);
};

/** Counts a model's figures on its naive graph, where padding and windows are still to be seen. */
export const measure = (model: Model, naive: Graph): Figures => {
  const nodes = nodesOf(naive);
  const stages = model.stages.map((stage): StageFigures => {
    const own = nodes.filter(({ scope }) => scope?.stage === stage.number);
    return {
      params: sum(own.map(trainableValues)),
      macs: sum(own.map(macsOf)),
      tokens: stage.grid.height * stage.grid.width,
      windows: windowsOf(stage),
    };
  });
  return { params: sum(nodes.map(trainableValues)), macs: sum(nodes.map(macsOf)), stages };
};
