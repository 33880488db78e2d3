/** What an op's time counts as: the rows of the Swin-Free paper's Table 1. */
import type { Planned } from '../compile.ts';
import { isEager, macsOf } from '../graph/cost.ts';
import { nodesOf } from '../graph/node.ts';
import type { OpName } from '../ops/index.ts';

export const opKinds = ['shifting', 'norm', 'activation', 'attention', 'GEMM', 'other'] as const;
export type OpKind = (typeof opKinds)[number];

/** A fused op counts as what it would be without what was fused into it. */
export const kindOfOp: Readonly<Record<OpName, OpKind>> = {
  roll: 'shifting',
  layer_norm: 'norm',
  batch_norm: 'norm',
  affine: 'norm',
  activation: 'activation',
  attention: 'attention',
  window_attention: 'attention',
  linear: 'GEMM',
  pad: 'other',
  crop: 'other',
  window_partition: 'other',
  window_merge: 'other',
  patch_unfold: 'other',
  patch_merge: 'other',
  add: 'other',
  pool: 'other',
  // These are folded into the weights and never run.
  input: 'other',
  parameter: 'other',
  shift_mask: 'other',
  relative_position_bias: 'other',
  subtract: 'other',
  multiply: 'other',
  scale_rows: 'other',
  reciprocal_root: 'other',
  exponential: 'other',
  keyless_bias: 'other',
  log_offsets: 'other',
  scaled_sigmoid: 'other',
  stack: 'other',
  centre_rows: 'other',
  transpose: 'other',
};

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
  return nodes.map((node) => ({ op: node.op, kind: kindOfOp[node.op], macs: macsOf(node) }));
};
