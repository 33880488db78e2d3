/** What stands before and after a linear or a norm becomes the way in which it reads its operand and writes its result. */
import type { Node, NodeOf } from '../graph/node.ts';
import type { RewriteSite, Rule } from '../graph/rewrite.ts';
import type { Pair } from '../ops/attribute.ts';
import { affineOf } from './fold-norms.ts';
import { as, isZero, sum } from './patterns.ts';

/** A layer norm without weight and bias. */
const bareLayerNorm = (node: Node | undefined): NodeOf<'layer_norm'> | undefined => {
  const norm = as(node, 'layer_norm');
  const { weight, bias, residual } = norm?.operands ?? {};
  return weight || bias || residual ? undefined : norm;
};

const layerNormIntoLinear: Rule = {
  law: 'linear(layer_norm(x)) = linear(x), standardising its rows',
  apply: (node, { node: make }) => {
    const linear = as(node, 'linear');
    const norm = bareLayerNorm(linear?.operands.x);
    if (!linear || !norm || linear.attributes.normalise !== 'none' || linear.attributes.gather !== 'rows')
      return undefined;
    const { epsilon } = norm.attributes;
    return make(
      'linear',
      { ...linear.operands, x: norm.operands.x },
      { ...linear.attributes, normalise: 'row', epsilon },
    );
  },
};

const layerNormIntoPool: Rule = {
  law: 'pool(layer_norm(x)) = pool(x), standardising its rows',
  apply: (node, { node: make }) => {
    const pool = as(node, 'pool');
    const norm = bareLayerNorm(pool?.operands.x);
    if (pool?.attributes.normalise !== 'none' || !norm) return undefined;
    return make('pool', { x: norm.operands.x }, { normalise: 'row', epsilon: norm.attributes.epsilon });
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

export const unfoldIntoLinear: Rule = {
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
    if (!activation?.shape.batched || !linear || !free || site.uses(linear) > 1) return undefined;
    return site.node('linear', linear.operands, { ...linear.attributes, activation: activation.attributes.kind });
  },
};

/** The ops whose kernels add a residual to their result. */
type Summing = NodeOf<'linear'> | NodeOf<'layer_norm'> | NodeOf<'affine'>;

const summing = (node: Node | undefined): Summing | undefined =>
  as(node, 'linear') ?? as(node, 'layer_norm') ?? as(node, 'affine');

/** The same op with other operands, its residual read through a roll. */
const remade = (
  node: Summing,
  operands: { readonly x?: Node; readonly residual?: Node },
  residual_roll: Pair,
  { node: make }: RewriteSite,
): Node => {
  switch (node.op) {
    case 'linear':
      return make('linear', { ...node.operands, ...operands }, { ...node.attributes, residual_roll }, node.scope);
    case 'layer_norm':
      return make('layer_norm', { ...node.operands, ...operands }, { ...node.attributes, residual_roll }, node.scope);
    case 'affine':
      return make('affine', { ...node.operands, ...operands }, { ...node.attributes, residual_roll }, node.scope);
  }
};

/** A node of one use that can still take a residual. */
const branch = (node: Node, site: RewriteSite): Summing | undefined => {
  const found = summing(node);
  return found && !found.operands.residual && site.uses(found) === 1 ? found : undefined;
};

const residualIntoBranch: Rule = {
  law: 'r + f(x) = f(x, residual: r), where f is linear, layer_norm or affine',
  apply: (node, site) => {
    const add = as(node, 'add');
    if (!add?.shape.batched) return undefined;
    const { a, b } = add.operands;
    const right = branch(b, site);
    const found = right ?? branch(a, site);
    return found && remade(found, { residual: right ? a : b }, [0, 0], site);
  },
};

const rolledResidual: Rule = {
  law: 'f(x, residual: roll(r, a)) = f(x, residual: r), reading r through roll',
  apply: (node, site) => {
    const found = summing(node);
    const roll = as(found?.operands.residual, 'roll');
    if (!found || !roll) return undefined;
    return remade(found, { residual: roll.operands.x }, sum(found.attributes.residual_roll, roll.attributes.by), site);
  },
};

/** Pairs belong to positions and stay where they are; rows that are standardised bring their statistics along. */
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

/** Whether rolling what the op reads rolls its result, and nothing else. */
const rollsWithOperands = (node: Summing): boolean => {
  if (node.op === 'affine') return node.attributes.per === 'channel';
  if (node.op === 'layer_norm') return true;
  const { gather, normalise, roll } = node.attributes;
  return gather === 'rows' && normalise !== 'token' && isZero(roll);
};

const rolledResult: Rule = {
  law: 'roll(f(x, residual: r), a) = f(roll(x, a), residual: roll(r, a))',
  apply: (node, site) => {
    const roll = as(node, 'roll');
    const found = summing(roll?.operands.x);
    if (!roll || !found || !rollsWithOperands(found) || site.uses(found) > 1) return undefined;
    const rolled = (x: Node): Node => site.node('roll', { x }, roll.attributes);
    const { x, residual } = found.operands;
    const operands = { x: rolled(x), ...(residual && { residual: rolled(residual) }) };
    return remade(found, operands, found.attributes.residual_roll, site);
  },
};

export const batchNormAlone: Rule = {
  law: 'batch_norm(x) = affine(x, scale, shift)',
  apply: (node, site) => {
    const norm = as(node, 'batch_norm');
    if (!norm) return undefined;
    return site.node('affine', { x: norm.operands.x, ...affineOf(norm, site) }, { per: norm.attributes.per });
  },
};

/**
 * The order matters for rolls that `cancel-shifts` left at the end of a run of shifted blocks: `rolledResult` needs the
 * residual in place, and goes before the rules that would read the result past its roll.
 */
export const fuseEpilogues: readonly Rule[] = [
  layerNormIntoLinear,
  layerNormIntoPool,
  mergeIntoLinear,
  unfoldIntoLinear,
  activationIntoLinear,
  residualIntoBranch,
  rolledResult,
  rolledResidual,
  rolledOperand,
  batchNormAlone,
];
