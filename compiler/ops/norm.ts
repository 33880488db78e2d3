/** Norms, as the models have them and in the pieces that folding leaves. */
import { number, oneOf, type Pair, pair, withDefault } from './attribute.ts';
import { batchNormKernels } from './eager-kernels.ts';
import { affineKernels, layerNormKernels } from './norm-kernels.ts';
import { onnxAffine, onnxLayerNorm } from './norm-onnx.ts';
import { defineOp, lastDim, printShape, requireShape, type Shape, sameDims, volume } from './op.ts';
import { patchMerge } from './patch.ts';
import { at, rowsOf, statisticsOf, type Tensor, tensor } from './tensor.ts';
import { roll } from './window.ts';

/** Tokens of one image in a map: every dimension but the channels. */
const tokensOf = (shape: Shape): number => volume(shape.dims.slice(0, -1));

/** Which element of a per-channel or per-token vector applies to the value at a flat index of [B, …, C]. */
export const vectorIndex = (per: 'channel' | 'token', channels: number, length: number) => (index: number) =>
  per === 'channel' ? index % channels : Math.floor(index / channels) % length;

export const layerNorm = defineOp({
  summary: 'Layer norm over the channels, + roll(residual); without weight and bias, the normalisation alone.',
  kind: 'norm',
  operands: { x: 'required', weight: 'optional', bias: 'optional', residual: 'optional' },
  attributes: { epsilon: number, residual_roll: withDefault(pair, [0, 0]) },
  tokenwise: () => true,
  preciseOperands: ['weight', 'bias'],
  infer: ({ x, weight, bias, residual }) => {
    const channels = lastDim(x);
    requireShape(!residual || sameDims(residual.dims, x.dims), () => 'layer_norm wants a residual of its own shape');
    for (const operand of [weight, bias]) {
      requireShape(!operand || lastDim(operand) === channels, () => `layer_norm wants ${channels} weights and biases`);
    }
    return x;
  },
  evaluate: ({ x, weight, bias, residual }, { epsilon, residual_roll }) => {
    const { length } = rowsOf(x);
    const statistics = statisticsOf(x, epsilon);
    const values = x.data.map((value, index) => {
      const row = statistics[Math.floor(index / length)];
      const normalised = row ? (value - row.mean) * row.rootInverse : 0;
      const scaled = weight ? normalised * at(weight.data, index % length) : normalised;
      return bias ? scaled + at(bias.data, index % length) : scaled;
    });
    return plusResidual(tensor(x.dims, values), residual, residual_roll);
  },
  lower: layerNormKernels,
  onnx: onnxLayerNorm,
});

export const batchNorm = defineOp({
  summary: 'Batch norm with running statistics, per channel or (Swin-Free-BR as released) per token position.',
  kind: 'norm',
  operands: { x: 'required', weight: 'required', bias: 'required', mean: 'required', variance: 'required' },
  attributes: { epsilon: number, per: oneOf('channel', 'token') },
  tokenwise: ({ per }) => per === 'channel',
  preciseOperands: ['weight', 'bias', 'mean', 'variance'],
  infer: ({ x, ...statistics }, { per }) => {
    const length = per === 'channel' ? lastDim(x) : tokensOf(x);
    for (const operand of Object.values(statistics)) {
      requireShape(
        volume(operand.dims) === length,
        () => `batch_norm per ${per} of ${printShape(x)} wants ${length} values`,
      );
    }
    return x;
  },
  evaluate: ({ x, weight, bias, mean, variance }, { epsilon, per }) => {
    const which = vectorIndex(per, x.dims.at(-1) ?? 1, weight.data.length);
    const values = x.data.map((value, index) => {
      const i = which(index);
      const normalised = (value - at(mean.data, i)) / Math.sqrt(at(variance.data, i) + epsilon);
      return normalised * at(weight.data, i) + at(bias.data, i);
    });
    return tensor(x.dims, values);
  },
  lower: batchNormKernels,
});

export const affine = defineOp({
  summary:
    'x * scale + shift, per channel or per token position, + roll(residual): what is left of a batch norm that nothing absorbs.',
  kind: 'norm',
  operands: { x: 'required', scale: 'required', shift: 'required', residual: 'optional' },
  attributes: { per: oneOf('channel', 'token'), residual_roll: withDefault(pair, [0, 0]) },
  tokenwise: ({ per }) => per === 'channel',
  preciseOperands: ['scale', 'shift'],
  infer: ({ x, scale, shift, residual }, { per }) => {
    const length = per === 'channel' ? lastDim(x) : tokensOf(x);
    requireShape(!residual || sameDims(residual.dims, x.dims), () => 'affine wants a residual of its own shape');
    requireShape(volume(scale.dims) === length && volume(shift.dims) === length, () => `affine wants ${length} values`);
    return x;
  },
  evaluate: ({ x, scale, shift, residual }, { per, residual_roll }) => {
    const which = vectorIndex(per, x.dims.at(-1) ?? 1, scale.data.length);
    const values = x.data.map((value, index) => value * at(scale.data, which(index)) + at(shift.data, which(index)));
    return plusResidual(tensor(x.dims, values), residual, residual_roll);
  },
  lower: affineKernels,
  onnx: onnxAffine,
});

const meaningOf = <I, A>(definition: { evaluate?(operands: I, attributes: A): Tensor }) => {
  const evaluate = definition.evaluate;
  if (!evaluate) throw new TypeError('this op has no reference meaning');
  return evaluate;
};

const rollMeaning = meaningOf(roll);
const mergeMeaning = meaningOf(patchMerge);
/** The reference meanings that fused ops compose. */
export const rollOf = (x: Tensor, by: Pair): Tensor => rollMeaning({ x }, { by });
export const mergeOf = (x: Tensor): Tensor => mergeMeaning({ x }, {});

export const isRolled = (by: Pair): boolean => by[0] !== 0 || by[1] !== 0;

/** x + roll(residual), where there is one. */
export const plusResidual = (x: Tensor, residual: Tensor | undefined, by: Pair): Tensor => {
  if (!residual) return x;
  const added = isRolled(by) ? rollOf(residual, by) : residual;
  return tensor(
    x.dims,
    x.data.map((value, index) => value + at(added.data, index)),
  );
};
