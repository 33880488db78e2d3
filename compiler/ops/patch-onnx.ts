/** Regrouping pixels and tokens, and their mean, in ONNX. */
import type { Pair } from './attribute.ts';
import { inSingle, type OnnxSite, type OnnxValue, requirePlain, reshaped, transposed } from './onnx.ts';
import { mapOf } from './op.ts';
import { onnxPadTo } from './window-onnx.ts';

type Site<A> = OnnxSite<{ readonly x: 'required' }, A>;

export const onnxPatchUnfold = (site: Site<{ readonly patch: Pair }>): OnnxValue => {
  const [channels = 0] = site.shapes.x.dims;
  const [rows = 0, columns = 0] = site.shape.dims;
  const [height, width] = site.attributes.patch;
  const cut = reshaped(site, site.cast(site.operands.x, site.type), 0, channels, rows, height, columns, width);
  return reshaped(site, transposed(site, cut, 0, 2, 4, 1, 3, 5), 0, ...site.shape.dims);
};

/** Of a neighbourhood's four tokens the row changes fastest. */
export const onnxPatchMerge = (site: Site<object>): OnnxValue => {
  const { height, width, channels } = mapOf(site.shape, 'patch_merge');
  const whole = onnxPadTo(site, site.operands.x, site.shapes.x, [2 * height, 2 * width]);
  const cut = reshaped(site, whole, 0, height, 2, width, 2, channels / 4);
  return reshaped(site, transposed(site, cut, 0, 1, 3, 4, 2, 5), 0, height, width, channels);
};

const mean = { axes: { integers: [1, 2] }, keepdims: { integer: 0 } };

export const onnxPool = (site: OnnxSite<{ readonly x: 'required'; readonly rows: 'optional' }, object>): OnnxValue => {
  requirePlain(!site.operands.rows, 'pool');
  return inSingle(site, site.operands.x, (single) => site.node('ReduceMean', [single], mean));
};
