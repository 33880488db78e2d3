/** The linear layer in ONNX. */
import { onnxActivations } from './activation-onnx.ts';
import type { LinearAttributes } from './linear.ts';
import { type OnnxSite, type OnnxValue, requirePlain, reshaped, transposed } from './onnx.ts';
import { lastDim, type OperandSchema } from './op.ts';

const operands = {
  x: 'required',
  weight: 'required',
  bias: 'optional',
  rows: 'optional',
  residual: 'optional',
} as const satisfies OperandSchema;

type Site = OnnxSite<typeof operands, LinearAttributes>;

/** Patches are a convolution whose stride is its kernel. */
const convolution = (site: Site): OnnxValue => {
  const { x, weight, bias } = site.operands;
  const patch = { integers: site.attributes.patch };
  const image = site.cast(x, site.type);
  const map = site.node('Conv', [image, site.cast(weight, site.type), bias && site.cast(bias, site.type)], {
    kernel_shape: patch,
    strides: patch,
  });
  return transposed(site, map, 0, 2, 3, 1);
};

/** Gemm takes the weight as it is trained, [N, K]. */
const product = (site: Site): OnnxValue => {
  const { x, weight, bias } = site.operands;
  const { dims } = site.shape;
  const rows = dims.length === 1 ? x : reshaped(site, x, -1, lastDim(site.shapes.x));
  const inputs = [
    site.cast(rows, site.type),
    site.cast(weight, site.type),
    bias && site.cast(bias, site.type),
  ] as const;
  const result = site.node('Gemm', inputs, { transB: { integer: 1 } });
  return dims.length === 1 ? result : reshaped(site, result, -1, ...dims);
};

export const onnxLinear = (site: Site): OnnxValue => {
  const { gather, roll } = site.attributes;
  const { rows, residual } = site.operands;
  requirePlain(gather !== 'merge' && roll.every((by) => by === 0) && !rows && !residual, 'linear');
  const result = gather === 'patch' ? convolution(site) : product(site);
  return onnxActivations[site.attributes.activation](site, result, site.type);
};
