/** The linear layer, and everything that fusion folds into its operands and its result. */

import { activationFunctions } from './activation.ts';
import { activationKinds } from './activation-kinds.ts';
import { type AttributesOf, oneOf, pair, withDefault } from './attribute.ts';
import { linearKernels } from './linear-kernels.ts';
import { onnxLinear } from './linear-onnx.ts';
import { isRolled, mergeOf, plusResidual, rollOf } from './norm.ts';
import { normalisation, normalised, requirePairs } from './normalisation.ts';
import { defineOp, lastDim, printShape, requireShape, type Shape, sameDims, volume } from './op.ts';
import { patchMerge, patchUnfold } from './patch.ts';
import { at, rowsOf, type Tensor, tensor, zeros } from './tensor.ts';

const attributes = {
  /** How rows of x are read: as they stand, as merged 2x2 neighbourhoods, or as patches of an image. */
  gather: withDefault(oneOf('rows', 'merge', 'patch'), 'rows'),
  patch: withDefault(pair, [1, 1]),
  /** x is rolled before it is read. */
  roll: withDefault(pair, [0, 0]),
  ...normalisation,
  activation: withDefault(oneOf(...activationKinds), 'none'),
  residual_roll: withDefault(pair, [0, 0]),
};

export type LinearAttributes = AttributesOf<typeof attributes>;

const gatheredShape = (x: Shape, { gather, patch }: LinearAttributes): Shape => {
  if (gather === 'merge') return patchMerge.infer({ x }, {});
  return gather === 'patch' ? patchUnfold.infer({ x }, { patch }) : x;
};

const gathered = (x: Tensor, { gather, patch, roll }: LinearAttributes): Tensor => {
  const rolled = isRolled(roll) ? rollOf(x, roll) : x;
  if (gather === 'merge') return mergeOf(rolled);
  return gather === 'patch' && patchUnfold.evaluate ? patchUnfold.evaluate({ x: rolled }, { patch }) : rolled;
};

/** x · Wᵀ for W in the canonical layout [N, …K]. */
const product = (x: Tensor, weight: Tensor): Tensor => {
  const { rows, length } = rowsOf(x);
  const width = weight.dims[0] ?? 0;
  const result = zeros([...x.dims.slice(0, -1), width]);
  for (let row = 0; row < rows; row++) {
    const values = x.data.subarray(row * length, (row + 1) * length);
    for (let n = 0; n < width; n++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += at(values, k) * at(weight.data, n * length + k);
      result.data[row * width + n] = sum;
    }
  }
  return result;
};

export const linear = defineOp({
  summary:
    'activation(normalise(gather(roll(x))) · weightᵀ + bias) + roll(residual); weight is [N, …K], `rows` are pairs (scale, shift).',
  kind: 'GEMM',
  operands: { x: 'required', weight: 'required', bias: 'optional', rows: 'optional', residual: 'optional' },
  attributes,
  tokenwise: ({ gather, normalise, roll }) => gather === 'rows' && normalise !== 'token' && !isRolled(roll),
  preciseOperands: ['bias', 'rows'],
  // Of a vector each value of the result has a row of the weight.
  rowwise: ({ x }) => (x.dims.length === 1 ? ['weight', 'bias', 'residual'] : []),
  // Where rows are standardised, kernels leave the mean in them: it meets weights that sum to zero.
  stored: ({ normalise }) => ({ weight: normalise === 'row' ? ['centred', 'transposed'] : ['transposed'] }),
  infer: ({ x, weight, bias, rows, residual }, given) => {
    const source = gatheredShape(x, given);
    const width = weight.dims[0] ?? 0;
    requireShape(
      lastDim(source) === volume(weight.dims.slice(1)),
      () => `linear: a weight of ${printShape(weight)} does not fit rows of ${printShape(source)}`,
    );
    requireShape(!bias || sameDims(bias.dims, [width]), () => `linear wants a bias of ${width} values`);
    const shape = { batched: x.batched, dims: source.dims.with(-1, width) };
    requirePairs('linear', rows, { ...given, tokens: volume(shape.dims.slice(0, -1)) });
    requireShape(!residual || sameDims(residual.dims, shape.dims), () => 'linear wants a residual of its own shape');
    return shape;
  },
  cost: ({ weight }, _, shape) => ({
    macs: volume(shape.dims.slice(0, -1)) * volume(weight.dims),
  }),
  evaluate: ({ x, weight, bias, rows, residual }, given) => {
    const source = gathered(x, given);
    const result = product(normalised(source, rows, given), weight);
    const width = weight.dims[0] ?? 0;
    const activate = activationFunctions[given.activation];
    const values = result.data.map((value, index) => activate(bias ? value + at(bias.data, index % width) : value));
    return plusResidual(tensor(result.dims, values), residual, given.residual_roll);
  },
  lower: linearKernels,
  onnx: onnxLinear,
});
