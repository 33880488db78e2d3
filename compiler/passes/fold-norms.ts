/**
 * Norms fold into the linears that read them. What is a factor or a term per channel goes into the weights; what is one
 * per token position becomes the pairs (scale, shift) with which a linear reads its rows. Padding needs no guard here:
 * `absorb-windows` has put every linear before its padding, whose fill is the bias as trained. A norm that others read
 * too stays, for it must run all the same: those of Swin V2's merging, which the next residual sum reads.
 */
import type { Node, NodeOf } from '../graph/node.ts';
import type { RewriteSite, Rule } from '../graph/rewrite.ts';
import { as, isZero } from './patterns.ts';

interface Affine {
  readonly scale: Node;
  readonly shift: Node;
}

/** A batch norm as x * scale + shift: scale = weight / sqrt(variance + epsilon), shift = bias - mean * scale. */
export const affineOf = (norm: NodeOf<'batch_norm'>, { node: make }: Pick<RewriteSite, 'node'>): Affine => {
  const { weight, bias, mean, variance } = norm.operands;
  const inverse = make('reciprocal_root', { x: variance }, { epsilon: norm.attributes.epsilon });
  const scale = make('multiply', { a: weight, b: inverse }, {});
  return { scale, shift: make('subtract', { a: bias, b: make('multiply', { a: mean, b: scale }, {}) }, {}) };
};

/** The same linear over x, for what read x * scale + shift (per channel): W·scale and b + W shift. */
const absorbChannels = (
  linear: NodeOf<'linear'>,
  x: Node,
  { scale, shift }: { readonly scale?: Node | undefined; readonly shift?: Node | undefined },
  { node: make }: RewriteSite,
): Node => {
  const { weight, bias } = linear.operands;
  const scaled = scale ? make('multiply', { a: weight, b: scale }, {}) : weight;
  const shifted = shift ? make('linear', { x: shift, weight, bias }, {}) : bias;
  return make('linear', { ...linear.operands, x, weight: scaled, bias: shifted }, linear.attributes);
};

/** A linear whose rows are x itself and not normalised by pairs already. */
const plainLinear = (node: Node): NodeOf<'linear'> | undefined => {
  const linear = as(node, 'linear');
  const { gather, roll, normalise } = linear?.attributes ?? {};
  const plain = gather === 'rows' && roll && isZero(roll) && normalise === 'none';
  return plain && linear?.operands.x.shape.batched ? linear : undefined;
};

/** A norm that treats every token alike. */
const tokenwiseNorm = (node: Node | undefined): NodeOf<'layer_norm'> | NodeOf<'batch_norm'> | undefined => {
  const batchNorm = as(node, 'batch_norm');
  return batchNorm?.attributes.per === 'channel' ? batchNorm : as(node, 'layer_norm');
};

/** norm(roll(x, a)) for a norm(x) that is rolled. */
const normOfRoll = (
  norm: NodeOf<'layer_norm'> | NodeOf<'batch_norm'>,
  roll: NodeOf<'roll'>,
  { node: make }: RewriteSite,
): Node => {
  const x = make('roll', { x: norm.operands.x }, roll.attributes);
  return norm.op === 'layer_norm'
    ? make('layer_norm', { ...norm.operands, x }, norm.attributes)
    : make('batch_norm', { ...norm.operands, x }, norm.attributes);
};

/** Puts a roll that `cancel-shifts` moved out of a stage back before the last norm, which can then fold. */
const rollBeforeNorm: Rule = {
  law: 'roll(norm(x), a) = norm(roll(x, a))',
  apply: (node, site) => {
    const roll = as(node, 'roll');
    const norm = tokenwiseNorm(roll?.operands.x);
    return roll && norm && site.uses(norm) === 1 ? normOfRoll(norm, roll, site) : undefined;
  },
};

const layerNormIntoLinear: Rule = {
  law: 'linear(layer_norm(x, g, b), W, c) = linear(layer_norm(x), W·g, c + W b)',
  apply: (node, site) => {
    const linear = plainLinear(node);
    const norm = as(linear?.operands.x, 'layer_norm');
    if (!linear || !norm || site.uses(norm) > 1 || !(norm.operands.weight || norm.operands.bias)) return undefined;
    const x = site.node('layer_norm', { x: norm.operands.x }, norm.attributes);
    return absorbChannels(linear, x, { scale: norm.operands.weight, shift: norm.operands.bias }, site);
  },
};

const channelNormIntoLinear: Rule = {
  law: 'linear(batch_norm(x; per channel), W, c) = linear(x, W·scale, c + W shift)',
  apply: (node, site) => {
    const linear = plainLinear(node);
    const norm = as(linear?.operands.x, 'batch_norm');
    if (!linear || norm?.attributes.per !== 'channel' || site.uses(norm) > 1) return undefined;
    return absorbChannels(linear, norm.operands.x, affineOf(norm, site), site);
  },
};

const tokenNormIntoLinear: Rule = {
  law: 'linear(batch_norm(x; per token), W, c) = linear(x, W, c, rows: (scale, shift) per token)',
  apply: (node, site) => {
    const linear = plainLinear(node);
    const norm = as(linear?.operands.x, 'batch_norm');
    if (!linear || norm?.attributes.per !== 'token' || site.uses(norm) > 1) return undefined;
    const { scale, shift } = affineOf(norm, site);
    const rows = site.node('stack', { first: scale, second: shift }, {});
    return site.node(
      'linear',
      { ...linear.operands, x: norm.operands.x, rows },
      { ...linear.attributes, normalise: 'token' },
    );
  },
};

const linearIntoChannelNorm: Rule = {
  law: 'batch_norm(linear(x, W, c); per channel) = linear(x, scale·W, c·scale + shift)',
  apply: (node, site) => {
    const norm = as(node, 'batch_norm');
    const linear = as(norm?.operands.x, 'linear');
    const simple = linear?.attributes.activation === 'none' && !linear.operands.residual;
    if (!norm || !linear || !simple || norm.attributes.per !== 'channel' || site.uses(linear) > 1) return undefined;
    const { scale, shift } = affineOf(norm, site);
    const { weight, bias } = linear.operands;
    const scaled = bias ? site.node('multiply', { a: bias, b: scale }, {}) : undefined;
    const operands = {
      ...linear.operands,
      weight: site.node('scale_rows', { a: weight, scale }, {}),
      bias: scaled ? site.node('add', { a: scaled, b: shift }, {}) : shift,
    };
    return site.node('linear', operands, linear.attributes);
  },
};

const layerNormThroughPool: Rule = {
  law: 'linear(pool(layer_norm(x, g, b)), W, c) = linear(pool(layer_norm(x)), W·g, c + W b)',
  apply: (node, site) => {
    const linear = plainLinear(node);
    const pool = as(linear?.operands.x, 'pool');
    const norm = as(pool?.operands.x, 'layer_norm');
    if (!linear || !pool || !norm || !(norm.operands.weight || norm.operands.bias)) return undefined;
    const normalised = site.node('layer_norm', { x: norm.operands.x }, norm.attributes);
    const x = site.node('pool', { x: normalised }, {});
    return absorbChannels(linear, x, { scale: norm.operands.weight, shift: norm.operands.bias }, site);
  },
};

const channelNormThroughPool: Rule = {
  law: 'linear(pool(batch_norm(x; per channel)), W, c) = linear(pool(x), W·scale, c + W shift)',
  apply: (node, site) => {
    const linear = plainLinear(node);
    const pool = as(linear?.operands.x, 'pool');
    const norm = as(pool?.operands.x, 'batch_norm');
    if (!linear || !pool || norm?.attributes.per !== 'channel') return undefined;
    return absorbChannels(linear, site.node('pool', { x: norm.operands.x }, {}), affineOf(norm, site), site);
  },
};

const tokenNormIntoPool: Rule = {
  law: 'pool(batch_norm(x; per token)) = pool(x, rows: (scale, shift) per token)',
  apply: (node, site) => {
    const pool = as(node, 'pool');
    const norm = as(pool?.operands.x, 'batch_norm');
    if (pool?.attributes.normalise !== 'none' || norm?.attributes.per !== 'token') return undefined;
    const { scale, shift } = affineOf(norm, site);
    const rows = site.node('stack', { first: scale, second: shift }, {});
    return site.node('pool', { x: norm.operands.x, rows }, { normalise: 'token' });
  },
};

/** What folds a batch norm per channel away, where everything else stays as it is. */
export const foldChannelNorms: readonly Rule[] = [channelNormIntoLinear, linearIntoChannelNorm, channelNormThroughPool];

export const foldNorms: readonly Rule[] = [
  rollBeforeNorm,
  layerNormIntoLinear,
  channelNormIntoLinear,
  tokenNormIntoLinear,
  linearIntoChannelNorm,
  layerNormThroughPool,
  channelNormThroughPool,
  tokenNormIntoPool,
];
