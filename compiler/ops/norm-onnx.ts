/** Norms in ONNX; in f32, whatever the type of what they norm. */
import { inSingle, type OnnxSite, type OnnxValue, requirePlain } from './onnx.ts';
import type { OperandSchema } from './op.ts';

const layerNormOperands = {
  x: 'required',
  weight: 'optional',
  bias: 'optional',
  residual: 'optional',
} as const satisfies OperandSchema;

export const onnxLayerNorm = (site: OnnxSite<typeof layerNormOperands, { readonly epsilon: number }>): OnnxValue => {
  const { x, weight, bias, residual } = site.operands;
  requirePlain(!residual, 'layer_norm');
  const attributes = { axis: { integer: -1 }, epsilon: { float: site.attributes.epsilon } };
  const parameters = [weight, bias].map((value) => value && site.cast(value, 'f32'));
  return inSingle(site, x, (single) => site.node('LayerNormalization', [single, ...parameters], attributes));
};

const affineOperands = {
  x: 'required',
  scale: 'required',
  shift: 'required',
  residual: 'optional',
} as const satisfies OperandSchema;

/** One value a channel, or one a token position that all of its channels share. */
export const onnxAffine = (site: OnnxSite<typeof affineOperands, { readonly per: 'channel' | 'token' }>): OnnxValue => {
  const { x, residual } = site.operands;
  requirePlain(!residual, 'affine');
  const dims = site.attributes.per === 'token' ? [...site.shape.dims.slice(0, -1), 1] : site.shape.dims.slice(-1);
  const spread = (value: OnnxValue): OnnxValue =>
    value.content ? { ...site.cast(value, 'f32'), type: 'f32', content: { ...value.content, dims } } : value;
  const [scale, shift] = [spread(site.operands.scale), spread(site.operands.shift)];
  return inSingle(site, x, (single) => site.node('Add', [site.node('Mul', [single, scale]), shift]));
};
