/** What stands before and after a linear becomes the way in which it reads its operand and writes its result. */
import type { Node, NodeOf } from '../graph/node.ts';
import type { RewriteSite, Rule } from '../graph/rewrite.ts';
import { affineOf } from './fold-norms.ts';
import { as, isZero, sum } from './patterns.ts';

/** A layer norm without weight and bias. */
const bareLayerNorm = (node: Node | undefined): NodeOf<'layer_norm'> | undefined => {
  const norm = as(node, 'layer_norm');
  return norm && !norm.operands.weight && !norm.operands.bias ? norm : undefined;
};

const statisticsIntoLinear: Rule = {
  law: 'linear(layer_norm(x)) = linear(x, rows: row_statistics(x))',
  apply: (node, { node: make }) => {
    const linear = as(node, 'linear');
    const norm = bareLayerNorm(linear?.operands.x);
    if (!linear || !norm || linear.operands.rows || linear.attributes.gather !== 'rows') return undefined;
    const { x } = norm.operands;
    const rows = make('row_statistics', { x }, { epsilon: norm.attributes.epsilon });
    return make('linear', { ...linear.operands, x, rows }, linear.attributes);
  },
};

const statisticsIntoPool: Rule = {
  law: 'pool(layer_norm(x)) = pool(x, rows: row_statistics(x))',
  apply: (node, { node: make }) => {
    const pool = as(node, 'pool');
    const norm = bareLayerNorm(pool?.operands.x);
    if (!pool || !norm || pool.operands.rows) return undefined;
    const { x } = norm.operands;
    return make('pool', { x, rows: make('row_statistics', { x }, { epsilon: norm.attributes.epsilon }) }, {});
  },
};

const mergeIntoLinear: Rule = {
  law: 'linear(patch_merge(x)) = linear(x), reading 2x2 neighbourhoods',
  apply: (node, { node: make }) => {
    const linear = as(node, 'linear');
    const merge = as(linear?.operands.x, 'patch_merge');
    if (!linear || !merge || linear.attributes.gather !== 'rows') return undefined;
    return make('linear', { ...linear.operands, x: merge.operands.x }, { ...linear.attributes, gather: 'merge' });
  },
};

const mergeIntoStatistics: Rule = {
  law: 'row_statistics(patch_merge(x)) = row_statistics(x), reading 2x2 neighbourhoods',
  apply: (node, { node: make }) => {
    const statistics = as(node, 'row_statistics');
    const merge = as(statistics?.operands.x, 'patch_merge');
    if (!statistics || !merge || statistics.attributes.gather !== 'rows') return undefined;
    return make('row_statistics', { x: merge.operands.x }, { ...statistics.attributes, gather: 'merge' });
  },
};

const unfoldIntoLinear: Rule = {
  law: 'linear(patch_unfold(x)) = linear(x), reading patches',
  apply: (node, { node: make }) => {
    const linear = as(node, 'linear');
    const unfold = as(linear?.operands.x, 'patch_unfold');
    if (!linear || !unfold || linear.attributes.gather !== 'rows') return undefined;
    const attributes = { ...linear.attributes, gather: 'patch', patch: unfold.attributes.patch } as const;
    return make('linear', { ...linear.operands, x: unfold.operands.x }, attributes);
  },
};

const activationIntoLinear: Rule = {
  law: 'activation(linear(x)) = linear(x), activating its result',
  apply: (node, site) => {
    const activation = as(node, 'activation');
    const linear = as(activation?.operands.x, 'linear');
    const free = linear?.attributes.activation === 'none' && !linear.operands.residual;
    if (!activation || !linear || !free || site.uses(linear) > 1) return undefined;
    return site.node('linear', linear.operands, { ...linear.attributes, activation: activation.attributes.kind });
  },
};

/** A linear of one use that can still take a residual. */
const branch = (node: Node, site: RewriteSite): NodeOf<'linear'> | undefined => {
  const linear = as(node, 'linear');
  return linear && !linear.operands.residual && site.uses(linear) === 1 ? linear : undefined;
};

const residualIntoLinear: Rule = {
  law: 'r + linear(x) = linear(x, residual: r)',
  apply: (node, site) => {
    const add = as(node, 'add');
    if (!add?.shape.batched) return undefined;
    const { a, b } = add.operands;
    const right = branch(b, site);
    const linear = right ?? branch(a, site);
    if (!linear) return undefined;
    return site.node('linear', { ...linear.operands, residual: right ? a : b }, linear.attributes);
  },
};

const rolledResidual: Rule = {
  law: 'linear(x, residual: roll(r, a)) = linear(x, residual: r), reading r through roll',
  apply: (node, { node: make }) => {
    const linear = as(node, 'linear');
    const roll = as(linear?.operands.residual, 'roll');
    if (!linear || !roll) return undefined;
    const by = sum(linear.attributes.residual_roll, roll.attributes.by);
    return make(
      'linear',
      { ...linear.operands, residual: roll.operands.x },
      { ...linear.attributes, residual_roll: by },
    );
  },
};

/** Pairs that belong to positions stay where they are, so only pairs of rows, which roll with x, stand in the way. */
const rolledOperand: Rule = {
  law: 'linear(roll(x, a)) = linear(x), reading x through roll',
  apply: (node, { node: make }) => {
    const linear = as(node, 'linear');
    const roll = as(linear?.operands.x, 'roll');
    if (!linear || !roll || linear.attributes.gather === 'patch') return undefined;
    const by = sum(linear.attributes.roll, roll.attributes.by);
    return make('linear', { ...linear.operands, x: roll.operands.x }, { ...linear.attributes, roll: by });
  },
};

const rolledStatistics: Rule = {
  law: 'row_statistics(roll(x, a)) = row_statistics(x), reading x through roll',
  apply: (node, { node: make }) => {
    const statistics = as(node, 'row_statistics');
    const roll = as(statistics?.operands.x, 'roll');
    if (!statistics || !roll) return undefined;
    const by = sum(statistics.attributes.roll, roll.attributes.by);
    return make('row_statistics', { x: roll.operands.x }, { ...statistics.attributes, roll: by });
  },
};

const rolledResult: Rule = {
  law: 'roll(linear(x, residual: r), a) = linear(roll(x, a), residual: roll(r, a))',
  apply: (node, site) => {
    const roll = as(node, 'roll');
    const linear = as(roll?.operands.x, 'linear');
    const movable = linear?.attributes.gather === 'rows' && !linear.operands.rows && isZero(linear.attributes.roll);
    if (!roll || !linear || !movable || site.uses(linear) > 1) return undefined;
    const { residual } = linear.operands;
    const operands = {
      ...linear.operands,
      x: site.node('roll', { x: linear.operands.x }, roll.attributes),
      residual: residual && site.node('roll', { x: residual }, roll.attributes),
    };
    return site.node('linear', operands, linear.attributes, linear.scope);
  },
};

const batchNormAlone: Rule = {
  law: 'batch_norm(x) = affine(x, scale, shift)',
  apply: (node, site) => {
    const norm = as(node, 'batch_norm');
    if (!norm) return undefined;
    return site.node('affine', { x: norm.operands.x, ...affineOf(norm, site) }, { per: norm.attributes.per });
  },
};

/**
 * The order matters for rolls that `cancel-shifts` left at the end of a run of shifted blocks: `rolledResult` needs the
 * linear's residual in place, and goes before the rules that would read the linear's result past its roll.
 */
export const fuseEpilogues: readonly Rule[] = [
  statisticsIntoLinear,
  statisticsIntoPool,
  mergeIntoLinear,
  mergeIntoStatistics,
  unfoldIntoLinear,
  activationIntoLinear,
  residualIntoLinear,
  rolledResult,
  rolledResidual,
  rolledOperand,
  rolledStatistics,
  batchNormAlone,
];
