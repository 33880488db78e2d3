/** A plan by hand: 2 x 2 patches of an image, a layer norm, a product with its residual, a mean and a head. */

import { topClasses } from '../../runtime/classification.ts';
import type { Candidate, ElementType, Plan, PlanBuffer, PlanDispatch } from '../../runtime/plan.ts';
import { fromFloat32, type Tensor } from '../../runtime/safetensors.ts';
import { randomValues } from './check.ts';
import { layerNorm, linear, pool } from './reference.ts';

export const imageLength = 3 * 8 * 8;
const tokens = 16;
const channels = 12;
const classes = 5;

const shapes = {
  'patch.weight': [12, channels],
  'mix.weight': [channels, channels],
  'mix.bias': [channels],
  'head.weight': [channels, classes],
} as const;

const values: Readonly<Record<keyof typeof shapes, Float32Array>> = {
  'patch.weight': randomValues(12 * channels, 21),
  'mix.weight': randomValues(channels * channels, 22),
  'mix.bias': randomValues(channels, 23),
  'head.weight': randomValues(channels * classes, 24),
};

const patch = {
  ...{ ROWS: tokens, K: 12, N: channels, SOURCE: 2, HEIGHT: 8, WIDTH: 8, CHANNELS: 3 },
  ...{ PATCH_HEIGHT: 2, PATCH_WIDTH: 2 },
};
const norm = { ROWS: tokens, K: channels, EPSILON: 1e-5 };
const mix = { ROWS: tokens, K: channels, N: channels, BIAS: 1, ACTIVATION: 1, RESIDUAL: 1 };
const mean = { ROWS: tokens, K: channels };
const head = { ROWS: 1, K: channels, N: classes };

function buffer(
  name: string,
  role: PlanBuffer['role'],
  shape: readonly number[],
  slot: number | null,
  type: ElementType = 'f32',
): PlanBuffer {
  return { name, role, type, shape, batched: role !== 'weight', slot };
}

function dispatch(
  op: string,
  bindings: Readonly<Record<string, number>>,
  candidate: Pick<Candidate, 'kernel' | 'constants' | 'workgroups'>,
): PlanDispatch {
  const { output = 0, ...read } = bindings;
  const requires = { features: [], limits: {} };
  const candidates = [{ ...candidate, class: 'software' as const, types: {}, requires }];
  return { op, stage: null, block: null, reads: Object.values(read), writes: [output], bindings, candidates };
}

const perImage = (count: number, tile: number) => ({ count, batched: true, tile });
const fixed = (count: number, tile: number) => ({ count, batched: false, tile });

function linearKernel(constants: Readonly<Record<string, number>> & { readonly ROWS: number; readonly N: number }) {
  const workgroups = [fixed(constants.N, 16), perImage(constants.ROWS, 4), fixed(1, 1)] as const;
  return { kernel: 'linear-any', constants, workgroups };
}

/** Buffers 5 and 7 would share a slot if nobody asked for the map of buffer 5. */
export const plan: Plan = {
  formatVersion: '1.0',
  model: 'small',
  elementType: 'f32',
  input: 0,
  outputs: [
    { name: 'logits', stage: null, buffer: 9 },
    { name: 'features', stage: 1, buffer: 7 },
  ],
  taps: [
    { stage: 0, buffer: 5 },
    { stage: 1, buffer: 7 },
  ],
  preprocess: {
    resize: 8,
    crop: { height: 8, width: 8 },
    interpolation: 'bilinear',
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
  },
  buffers: [
    buffer('image', 'input', [3, 8, 8], null),
    buffer('patch.weight', 'weight', shapes['patch.weight'], null),
    buffer('mix.weight', 'weight', shapes['mix.weight'], null),
    buffer('mix.bias', 'weight', shapes['mix.bias'], null),
    buffer('head.weight', 'weight', shapes['head.weight'], null),
    buffer('patches', 'activation', [tokens, channels], 0),
    buffer('normed', 'activation', [tokens, channels], 1),
    buffer('mixed', 'activation', [tokens, channels], 2),
    buffer('mean', 'activation', [channels], 0),
    buffer('logits', 'output', [classes], null),
  ],
  dispatches: [
    dispatch('patches', { x: 0, weight: 1, output: 5 }, linearKernel(patch)),
    dispatch(
      'norm',
      { x: 5, output: 6 },
      {
        kernel: 'layer-norm-serial',
        constants: norm,
        workgroups: [perImage(tokens, 16), fixed(1, 1), fixed(1, 1)],
      },
    ),
    dispatch('mix', { x: 6, weight: 2, bias: 3, residual: 5, output: 7 }, linearKernel(mix)),
    dispatch(
      'mean',
      { x: 7, output: 8 },
      { kernel: 'pool', constants: mean, workgroups: [fixed(channels, 32), perImage(1, 1), fixed(1, 1)] },
    ),
    dispatch('head', { x: 8, weight: 4, output: 9 }, linearKernel(head)),
  ],
  tuning: [],
};

export const tensors: ReadonlyMap<string, Tensor> = new Map(
  Object.entries(shapes).map(([name, shape]) => [name, fromFloat32(values[name as keyof typeof shapes], shape, 'F32')]),
);

export function images(batch: number): Float32Array {
  return randomValues(batch * imageLength, 25);
}

/** The model in float64. */
export function answers(input: Float32Array, batch: number) {
  const none: readonly number[] = [];
  const unused = { bias: none, rows: none, residual: none };
  const patches = linear(patch, batch, { ...unused, x: input, weight: values['patch.weight'] });
  const normed = layerNorm(norm, batch, { x: patches, weight: none, bias: none, residual: none });
  const bias = values['mix.bias'];
  const mixed = linear(mix, batch, { ...unused, x: normed, weight: values['mix.weight'], bias, residual: patches });
  const logits = linear(head, batch, { ...unused, x: pool(mean, batch, mixed, none), weight: values['head.weight'] });
  return { patches, mixed, logits, top: topClasses(logits.subarray(0, classes), 3) };
}
