/**
 * The roll, padding, partition, merge, crop and reverse roll around one attention become its address arithmetic, and
 * the linears beside it work in grid order: no data moves for a window or a shift.
 */
import { erased, type Node, type NodeOf } from '../graph/node.ts';
import type { Rule } from '../graph/rewrite.ts';
import type { Pair } from '../ops/attribute.ts';
import { as, gridOf, isZero, samePair, sum } from './patterns.ts';

/** Whether a node lays windows back into a grid, so that its linear comes before it and not after. */
export const leavesWindows = (node: Node): boolean => {
  if (node.op === 'window_merge') return true;
  return (node.op === 'roll' || node.op === 'crop') && leavesWindows(node.operands.x);
};

const isPlain = (linear: NodeOf<'linear'>): boolean => {
  const { gather, roll, activation } = linear.attributes;
  return (
    gather === 'rows' && isZero(roll) && activation === 'none' && !linear.operands.rows && !linear.operands.residual
  );
};

/** A linear that reads what `op` moved on its way into windows. */
const linearOver = <K extends 'window_partition' | 'roll' | 'pad'>(node: Node, op: K) => {
  const linear = as(node, 'linear');
  const move = as(linear?.operands.x, op);
  return linear && move && isPlain(linear) && !leavesWindows(linear.operands.x) ? { linear, move } : undefined;
};

const partitionAfterLinear: Rule = {
  law: 'linear(window_partition(x)) = window_partition(linear(x))',
  apply: (node, { node: make }) => {
    const found = linearOver(node, 'window_partition');
    if (!found) return undefined;
    const { linear, move } = found;
    const inner = make('linear', { ...linear.operands, x: move.operands.x }, {});
    return make('window_partition', { x: inner }, move.attributes);
  },
};

const rollAfterLinear: Rule = {
  law: 'linear(roll(x, a)) = roll(linear(x), a), on the way into windows',
  apply: (node, { node: make }) => {
    const found = linearOver(node, 'roll');
    if (!found) return undefined;
    const { linear, move } = found;
    return make('roll', { x: make('linear', { ...linear.operands, x: move.operands.x }, {}) }, move.attributes);
  },
};

const padAfterLinear: Rule = {
  law: 'linear(pad(x, 0), W, b) = pad(linear(x, W, b), b)',
  apply: (node, { node: make }) => {
    const found = linearOver(node, 'pad');
    if (!found || found.move.operands.fill) return undefined;
    const { linear, move } = found;
    const x = make('linear', { ...linear.operands, x: move.operands.x }, {});
    return make('pad', { x, fill: linear.operands.bias }, move.attributes);
  },
};

/** `op` over a plain linear that attention or its windows feed. */
const overLinear = <K extends 'window_merge' | 'roll' | 'crop'>(node: Node, op: K) => {
  const move = as(node, op);
  const linear = as(erased(node).operands['x'], 'linear');
  return move && linear && isPlain(linear) ? { move, linear } : undefined;
};

const linearAfterMerge: Rule = {
  law: 'window_merge(linear(x)) = linear(window_merge(x))',
  apply: (node, { node: make }) => {
    const found = overLinear(node, 'window_merge');
    if (!found) return undefined;
    const x = make('window_merge', { x: found.linear.operands.x }, found.move.attributes);
    return make('linear', { ...found.linear.operands, x }, {});
  },
};

const linearAfterRoll: Rule = {
  law: 'roll(linear(x), a) = linear(roll(x, a)), on the way out of windows',
  apply: (node, { node: make }) => {
    const found = overLinear(node, 'roll');
    if (!found || !isAttended(found.linear.operands.x)) return undefined;
    const x = make('roll', { x: found.linear.operands.x }, found.move.attributes);
    return make('linear', { ...found.linear.operands, x }, {});
  },
};

const linearAfterCrop: Rule = {
  law: 'crop(linear(x)) = linear(crop(x))',
  apply: (node, { node: make }) => {
    const found = overLinear(node, 'crop');
    if (!found || !isAttended(found.linear.operands.x)) return undefined;
    const x = make('crop', { x: found.linear.operands.x }, found.move.attributes);
    return make('linear', { ...found.linear.operands, x }, {});
  },
};

const isAttended = (node: Node): boolean => node.op === 'window_attention' || leavesWindows(node);

interface Gather {
  readonly x: Node;
  readonly fill: Node | undefined;
  readonly gather: Pair;
  readonly modulus: Pair;
}

/** pad(roll(x)), roll(pad(x)), or either alone, as an address; a roll moves within the grid that it is given. */
const gatherOf = (moved: Node): Gather => {
  const pad = as(moved, 'pad');
  if (pad) {
    const roll = as(pad.operands.x, 'roll');
    const x = roll ? roll.operands.x : pad.operands.x;
    return { x, fill: pad.operands.fill, gather: roll ? roll.attributes.by : [0, 0], modulus: gridOf(x) };
  }
  const roll = as(moved, 'roll');
  if (!roll) return { x: moved, fill: undefined, gather: [0, 0], modulus: gridOf(moved) };
  const inner = as(roll.operands.x, 'pad');
  const x = inner ? inner.operands.x : roll.operands.x;
  return { x, fill: inner?.operands.fill, gather: roll.attributes.by, modulus: gridOf(roll) };
};

const attentionByAddress: Rule = {
  law: 'window_merge(attention(window_partition(move(x)), bias(table), mask, scale)) = window_attention(x, table, scale), reading through move',
  apply: (node, { node: make }) => {
    const merge = as(node, 'window_merge');
    const attention = as(merge?.operands.x, 'attention');
    const partition = as(attention?.operands.x, 'window_partition');
    if (!merge || !attention || !partition) return undefined;
    const bias = as(attention.operands.bias, 'relative_position_bias');
    const mask = as(attention.operands.mask, 'shift_mask');
    if ((attention.operands.bias && !bias) || (attention.operands.mask && !mask)) return undefined;
    const { x, fill, gather, modulus } = gatherOf(partition.operands.x);
    const { window, grid } = merge.attributes;
    return make(
      'window_attention',
      { x, table: bias?.operands.table, fill, scale: attention.operands.scale },
      {
        heads: attention.attributes.heads,
        window,
        padded: grid,
        modulus,
        gather,
        mask: mask?.attributes.shift ?? [0, 0],
        grid,
      },
    );
  },
};

const rolledOperand: Rule = {
  law: 'window_attention(roll(x, a)) = window_attention(x), reading through roll',
  apply: (node, { node: make }) => {
    const attention = as(node, 'window_attention');
    const roll = as(attention?.operands.x, 'roll');
    if (!attention || !roll || !samePair(attention.attributes.modulus, gridOf(roll))) return undefined;
    const gather = sum(attention.attributes.gather, roll.attributes.by);
    const operands = { ...attention.operands, x: roll.operands.x };
    return make('window_attention', operands, { ...attention.attributes, gather });
  },
};

const rollByAddress: Rule = {
  law: 'roll(window_attention(x), a) = window_attention(x), writing through roll',
  apply: (node, site) => {
    const roll = as(node, 'roll');
    const attention = as(roll?.operands.x, 'window_attention');
    if (!roll || !attention || !canScatter(attention)) return undefined;
    return site.node('window_attention', attention.operands, { ...attention.attributes, scatter: roll.attributes.by });
  },
};

/** Without padding any modulus will do for writing; with it, the roll must move within the grid that gather knows. */
const canScatter = ({ attributes: { modulus, grid, scatter } }: NodeOf<'window_attention'>): boolean =>
  isZero(scatter) && samePair(modulus, grid);

const cropByAddress: Rule = {
  law: 'crop(window_attention(x), grid) = window_attention(x), writing that grid alone',
  apply: (node, site) => {
    const crop = as(node, 'crop');
    const attention = as(crop?.operands.x, 'window_attention');
    if (!crop || !attention) return undefined;
    return site.node('window_attention', attention.operands, { ...attention.attributes, grid: crop.attributes.to });
  },
};

export const absorbWindows: readonly Rule[] = [
  partitionAfterLinear,
  rollAfterLinear,
  padAfterLinear,
  linearAfterMerge,
  linearAfterRoll,
  linearAfterCrop,
  attentionByAddress,
  rolledOperand,
  rollByAddress,
  cropByAddress,
];
