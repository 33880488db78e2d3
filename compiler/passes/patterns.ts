/** Small questions that several passes ask of a node. */
import type { Node, NodeOf } from '../graph/node.ts';
import type { RewriteSite } from '../graph/rewrite.ts';
import type { Pair } from '../ops/attribute.ts';
import type { OpName } from '../ops/index.ts';

/** The node, if it is of this op. */
export const as = <K extends OpName>(node: Node | undefined, op: K): NodeOf<K> | undefined =>
  node?.op === op ? (node as NodeOf<K>) : undefined;

/** A norm that treats every token alike. */
export const tokenwiseNorm = (node: Node | undefined): NodeOf<'layer_norm'> | NodeOf<'batch_norm'> | undefined => {
  const batchNorm = as(node, 'batch_norm');
  return batchNorm?.attributes.per === 'channel' ? batchNorm : as(node, 'layer_norm');
};

/** norm(roll(x, a)) for a norm(x) that is rolled. */
export const normOfRoll = (
  norm: NodeOf<'layer_norm'> | NodeOf<'batch_norm'>,
  roll: NodeOf<'roll'>,
  { node: make }: Pick<RewriteSite, 'node'>,
): Node => {
  const x = make('roll', { x: norm.operands.x }, roll.attributes);
  return norm.op === 'layer_norm'
    ? make('layer_norm', { ...norm.operands, x }, norm.attributes)
    : make('batch_norm', { ...norm.operands, x }, norm.attributes);
};

export const isZero = (by: Pair): boolean => by[0] === 0 && by[1] === 0;

export const sum = (a: Pair, b: Pair): Pair => [a[0] + b[0], a[1] + b[1]];

export const opposite = (by: Pair): Pair => [by[0] === 0 ? 0 : -by[0], by[1] === 0 ? 0 : -by[1]];

export const samePair = (a: Pair, b: Pair): boolean => a[0] === b[0] && a[1] === b[1];

/** Height and width of a map [B, H, W, C]. */
export const gridOf = (node: Node): Pair => [node.shape.dims[0] ?? 0, node.shape.dims[1] ?? 0];
