/** What the builder's files share: where nodes are made, and the parts that every block repeats. */
import type { Node, NodeFactory, Scope } from '../graph/node.ts';
import type { Norm, Size } from '../model/model.ts';
import type { Pair } from '../ops/attribute.ts';
import { lastDim, volume } from '../ops/op.ts';

/** Makes nodes of one part of the model; parameters take the part's name as their prefix. */
export interface Part {
  readonly factory: NodeFactory;
  readonly prefix: string;
  readonly scope: Scope | undefined;
}

export const within = (part: Part, name: string): Part => ({
  ...part,
  prefix: part.prefix === '' ? name : `${part.prefix}.${name}`,
});

export const parameter = (part: Part, name: string, shape: readonly number[]): Node =>
  part.factory.node('parameter', {}, { name: within(part, name).prefix, shape }, part.scope);

export const pairOf = (size: Size): Pair => [size.height, size.width];

/** A linear layer of `width` outputs with the canonical names `weight` and `bias`. */
export const linearLayer = (part: Part, x: Node, width: number, bias: 'with bias' | 'without bias'): Node => {
  const weight = parameter(part, 'weight', [width, lastDim(x.shape)]);
  const operands = bias === 'with bias' ? { x, weight, bias: parameter(part, 'bias', [width]) } : { x, weight };
  return part.factory.node('linear', operands, {}, part.scope);
};

/**
 * A norm of [B, …, C]. Batch norm per token is Swin-Free-BR as released: BatchNorm1d over the token positions, whose
 * statistics, weight and bias have one value for each of them.
 */
export const normLayer = (part: Part, x: Node, norm: Norm): Node => {
  if (norm.kind === 'none') return x;
  const { factory, scope } = part;
  if (norm.kind === 'layer') {
    const shape = [lastDim(x.shape)];
    const operands = { x, weight: parameter(part, 'weight', shape), bias: parameter(part, 'bias', shape) };
    return factory.node('layer_norm', operands, { epsilon: norm.epsilon }, scope);
  }
  const shape = [norm.per === 'channel' ? lastDim(x.shape) : volume(x.shape.dims.slice(0, -1))];
  const operands = {
    x,
    weight: parameter(part, 'weight', shape),
    bias: parameter(part, 'bias', shape),
    mean: parameter(part, 'running_mean', shape),
    variance: parameter(part, 'running_var', shape),
  };
  return factory.node('batch_norm', operands, { epsilon: norm.epsilon, per: norm.per }, scope);
};
