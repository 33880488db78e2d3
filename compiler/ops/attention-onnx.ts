/** Window attention in ONNX. */

import { type OnnxSite, type OnnxValue, type OnnxWriter, reshaped, scalarOf, transposed, valuesOf } from './onnx.ts';
import { lastDim, type OperandSchema, volume } from './op.ts';
import { at } from './tensor.ts';

const operands = {
  x: 'required',
  bias: 'optional',
  mask: 'optional',
  scale: 'optional',
} as const satisfies OperandSchema;

type Site = OnnxSite<typeof operands, { readonly heads: number }>;

/** Values up to which bias and mask are one constant, so that one sum adds both; a mask has a copy for each head then. */
const mostJoined = 1 << 20;

const single = (name: string, dims: readonly number[], read: () => ArrayLike<number>): OnnxValue => ({
  name,
  type: 'f32',
  content: { dims, read },
});

/** Bias and mask as what is added to scores of [B, windows, heads, tokens, tokens]. */
const scoreTerms = (site: Site): readonly OnnxValue[] => {
  const { bias, mask } = site.operands;
  const [windows = 0, tokens = 0] = site.shape.dims;
  const { heads } = site.attributes;
  const parts = [bias, mask].flatMap((term) => (term ? [site.cast(term, 'f32')] : []));
  if (!mask) return parts;
  const alone = single(`${mask.name}.windows`, [windows, 1, tokens, tokens], () => valuesOf(mask));
  if (!bias) return [alone];
  const dims = [windows, heads, tokens, tokens];
  if (volume(dims) > mostJoined) return [site.cast(bias, 'f32'), alone];
  return [single(`${bias.name}.masked`, dims, () => joined(valuesOf(bias), valuesOf(mask), dims))];
};

const joined = (bias: ArrayLike<number>, mask: ArrayLike<number>, dims: readonly number[]): Float64Array => {
  const [, heads = 0, tokens = 0] = dims;
  const pairs = tokens * tokens;
  const result = new Float64Array(volume(dims));
  for (let index = 0; index < result.length; index++) {
    const window = Math.floor(index / (heads * pairs));
    result[index] = at(bias, index % (heads * pairs)) + at(mask, window * pairs + (index % pairs));
  }
  return result;
};

/** Shortest length by which a vector is divided, as torch's `normalize` has it. */
const shortest = 1e-12;

const unit = (writer: OnnxWriter, x: OnnxValue): OnnxValue => {
  const length = writer.node('ReduceL2', [x], { axes: { integers: [-1] }, keepdims: { integer: 1 } });
  return writer.node('Div', [x, writer.node('Max', [length, scalarOf(shortest, 'f32')])]);
};

/** Scores in f32: the products of queries and keys, or what a head's factor makes of their cosines. */
const scoresOf = (site: Site, q: OnnxValue, k: OnnxValue, size: number): OnnxValue => {
  const { scale } = site.operands;
  if (!scale) {
    const scaled = site.node('Mul', [q, scalarOf(1 / Math.sqrt(size), site.type)]);
    return site.cast(site.node('MatMul', [scaled, transposed(site, k, 0, 1, 2, 4, 3)]), 'f32');
  }
  const { heads } = site.attributes;
  const factor = single(`${scale.name}.heads`, [heads, 1, 1], () => valuesOf(scale));
  const [queries, keys] = [q, k].map((value) => unit(site, site.cast(value, 'f32')));
  if (!queries || !keys) return q;
  const cosines = site.node('MatMul', [queries, transposed(site, keys, 0, 1, 2, 4, 3)]);
  return site.node('Mul', [cosines, factor]);
};

/** [B, windows, tokens, 3C] → q, k and v, each [B, windows, heads, tokens, C / heads]. */
const partsOf = (site: Site): readonly OnnxValue[] => {
  const [windows = 0, tokens = 0, channels = 0] = site.shape.dims;
  const { heads } = site.attributes;
  const { x } = site.operands;
  const split = site.nodes('Split', [x], { axis: { integer: 3 } }, [site.type, site.type, site.type]);
  return split.map((part) =>
    transposed(site, reshaped(site, part, 0, windows, tokens, heads, channels / heads), 0, 1, 3, 2, 4),
  );
};

export const onnxAttention = (site: Site): OnnxValue => {
  const [q, k, v] = partsOf(site);
  if (!q || !k || !v) return site.operands.x;
  const size = lastDim(site.shape) / site.attributes.heads;
  const scores = scoreTerms(site).reduce((sum, term) => site.node('Add', [sum, term]), scoresOf(site, q, k, size));
  const weights = site.cast(site.node('Softmax', [scores], { axis: { integer: -1 } }), site.type);
  const heads = site.node('MatMul', [weights, v]);
  return reshaped(site, transposed(site, heads, 0, 1, 3, 2, 4), 0, ...site.shape.dims);
};
