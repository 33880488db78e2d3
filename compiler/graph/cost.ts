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
  const once = operands.filter((operand, index) => operands.indexOf(operand) === index);
  return once.reduce((bytes, { shape }) => bytes + 4 * volume(shape.dims), 4 * volume(node.shape.dims));
};

/** Costs that are known already: each is asked for before and after a sweep, and most nodes stay in between. */
const graphCosts = new WeakMap<Graph, EagerCost>();
const nodeBytes = new WeakMap<Node, number>();

const knownBytes = (node: Node): number => {
  const bytes = nodeBytes.get(node) ?? eagerBytes(node);
  nodeBytes.set(node, bytes);
  return bytes;
};

/** The cost of running each node by itself. */
export const eagerCost = (graph: Graph): EagerCost => {
  const known = graphCosts.get(graph);
  if (known) return known;
  const nodes = nodesOf(graph).filter(isEager);
  const cost = { dispatches: nodes.length, bytes: sum(nodes.map(knownBytes)) };
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
