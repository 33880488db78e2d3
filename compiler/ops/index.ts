/** THE table of ops: every phase that handles nodes folds over it. */
import { activation } from './activation.ts';
import { add, centreRows, multiply, reciprocalRoot, scaleRows, stack, subtract, transpose } from './arithmetic.ts';
import { attention, windowAttention } from './attention.ts';
import { exponential, keylessBias } from './attention-parameters.ts';
import { linear } from './linear.ts';
import { affine, batchNorm, layerNorm } from './norm.ts';
import type { OpDefinition } from './op.ts';
import { patchMerge, patchUnfold } from './patch.ts';
import { pool } from './pool.ts';
import { logOffsets, scaledSigmoid } from './position.ts';
import { input, parameter } from './source.ts';
import { crop, pad, relativePositionBias, roll, shiftMask, windowMerge, windowPartition } from './window.ts';

export const ops = {
  input,
  parameter,
  patch_unfold: patchUnfold,
  patch_merge: patchMerge,
  linear,
  layer_norm: layerNorm,
  batch_norm: batchNorm,
  affine,
  activation,
  add,
  roll,
  pad,
  crop,
  window_partition: windowPartition,
  window_merge: windowMerge,
  shift_mask: shiftMask,
  relative_position_bias: relativePositionBias,
  attention,
  window_attention: windowAttention,
  pool,
  subtract,
  multiply,
  scale_rows: scaleRows,
  reciprocal_root: reciprocalRoot,
  exponential,
  keyless_bias: keylessBias,
  log_offsets: logOffsets,
  scaled_sigmoid: scaledSigmoid,
  stack,
  centre_rows: centreRows,
  transpose,
} as const;

export type OpTable = typeof ops;
export type OpName = keyof OpTable;

export const isOpName = (name: string): name is OpName => Object.hasOwn(ops, name);

/** An op's row with its own types forgotten, for code that handles every op alike. */
export const definitionOf = (op: OpName): OpDefinition => ops[op] as unknown as OpDefinition;
