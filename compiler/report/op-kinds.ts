/** What the dispatches of a plan count as. */
import type { Planned } from '../compile.ts';
import { isEager, macsOf } from '../graph/cost.ts';
import { nodesOf } from '../graph/node.ts';
import { definitionOf, type OpName } from '../ops/index.ts';
import type { OpKind } from '../ops/op.ts';

export interface DispatchWork {
  readonly op: OpName;
  readonly kind: OpKind;
  /** Multiply-accumulates of its matrix products for one image. */
  readonly macs: number;
}

/** What each dispatch of a plan computes, in order. */
export const workOf = ({ optimised, plan }: Pick<Planned, 'optimised' | 'plan'>): readonly DispatchWork[] => {
  const nodes = nodesOf(optimised).filter(isEager);
  if (nodes.length !== plan.dispatches.length || nodes.some(({ op }, index) => plan.dispatches[index]?.op !== op)) {
    throw new TypeError(`the dispatches of ${plan.model} are not the nodes of its graph`);
  }
  return nodes.map((node) => ({ op: node.op, kind: definitionOf(node.op).kind ?? 'other', macs: macsOf(node) }));
};
