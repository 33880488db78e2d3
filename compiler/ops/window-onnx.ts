/** Ops that move tokens, in ONNX. */
import type { Pair } from './attribute.ts';
import {
  integersOf,
  type OnnxSite,
  type OnnxValue,
  type OnnxWriter,
  requirePlain,
  reshaped,
  transposed,
} from './onnx.ts';
import type { Shape } from './op.ts';
import { mapOf } from './op.ts';
import { modulo } from './tensor.ts';

type Site<A> = OnnxSite<{ readonly x: 'required' }, A>;

/** Rows or columns `from` to `to` of a map. */
const slice = (writer: OnnxWriter, x: OnnxValue, axis: number, from: number, to: number): OnnxValue =>
  writer.node('Slice', [x, integersOf(from), integersOf(to), integersOf(axis)]);

const rollAxis = (writer: OnnxWriter, x: OnnxValue, axis: number, size: number, by: number): OnnxValue => {
  const split = modulo(-by, size);
  if (split === 0) return x;
  const first = slice(writer, x, axis, split, size);
  const second = slice(writer, x, axis, 0, split);
  return writer.node('Concat', [first, second], { axis: { integer: axis } });
};

export const onnxRoll = (site: Site<{ readonly by: Pair }>): OnnxValue => {
  const { height, width } = mapOf(site.shape, 'roll');
  const [down, right] = site.attributes.by;
  return rollAxis(site, rollAxis(site, site.operands.x, 1, height, down), 2, width, right);
};

export const onnxPadTo = (writer: OnnxWriter, x: OnnxValue, shape: Shape, to: Pair): OnnxValue => {
  const { height, width } = mapOf(shape, 'pad');
  if (height === to[0] && width === to[1]) return x;
  return writer.node('Pad', [x, integersOf(0, 0, 0, 0, 0, to[0] - height, to[1] - width, 0)]);
};

export const onnxPad = (
  site: OnnxSite<{ readonly x: 'required'; readonly fill: 'optional' }, { readonly to: Pair }>,
): OnnxValue => {
  requirePlain(!site.operands.fill, 'pad');
  return onnxPadTo(site, site.operands.x, site.shapes.x, site.attributes.to);
};

export const onnxCrop = (site: Site<{ readonly to: Pair }>): OnnxValue => {
  const [height, width] = site.attributes.to;
  const limits = [integersOf(0, 0), integersOf(height, width), integersOf(1, 2)];
  return site.node('Slice', [site.operands.x, ...limits]);
};

export const onnxPartition = (site: Site<{ readonly window: Pair }>): OnnxValue => {
  const { height, width, channels } = mapOf(site.shapes.x, 'window_partition');
  const [rows, columns] = site.attributes.window;
  const cut = reshaped(site, site.operands.x, 0, height / rows, rows, width / columns, columns, channels);
  return reshaped(site, transposed(site, cut, 0, 1, 3, 2, 4, 5), 0, ...site.shape.dims);
};

export const onnxWindowMerge = (site: Site<{ readonly window: Pair; readonly grid: Pair }>): OnnxValue => {
  const { height, width, channels } = mapOf(site.shape, 'window_merge');
  const [rows, columns] = site.attributes.window;
  const cut = reshaped(site, site.operands.x, 0, height / rows, width / columns, rows, columns, channels);
  return reshaped(site, transposed(site, cut, 0, 1, 3, 2, 4, 5), 0, height, width, channels);
};
