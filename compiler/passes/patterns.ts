/** Small questions that several passes ask of a node. */
import type { Node, NodeOf } from '../graph/node.ts';
import type { Pair } from '../ops/attribute.ts';
import type { OpName } from '../ops/index.ts';

/** The node, if it is of this op. */
export const as = <K extends OpName>(node: Node | undefined, op: K): NodeOf<K> | undefined =>
  node?.op === op ? (node as NodeOf<K>) : undefined;

export const isZero = (by: Pair): boolean => by[0] === 0 && by[1] === 0;

export const sum = (a: Pair, b: Pair): Pair => [a[0] + b[0], a[1] + b[1]];

export const opposite = (by: Pair): Pair => [by[0] === 0 ? 0 : -by[0], by[1] === 0 ? 0 : -by[1]];

export const samePair = (a: Pair, b: Pair): boolean => a[0] === b[0] && a[1] === b[1];

/** Height and width of a map [B, H, W, C]. */
export const gridOf = (node: Node): Pair => [node.shape.dims[0] ?? 0, node.shape.dims[1] ?? 0];
