/**
 * Where consecutive blocks shift by the same amount, the reverse roll of one meets the roll of the next. The rolls are
 * moved towards the consumers, through ops that treat every token alike, until they meet and cancel. They never cross
 * padding, cropping, masks, attention or an operand that varies over the grid.
 */
import { erased, type Node, type NodeOf, operandsOf } from '../graph/node.ts';
import type { RewriteSite, Rule } from '../graph/rewrite.ts';
import type { Pair } from '../ops/attribute.ts';
import { definitionOf } from '../ops/index.ts';
import { as, isZero, opposite, samePair, sum } from './patterns.ts';

/** Ops whose one operand from the grid is x and whose result moves with it. */
const isTokenwise = (node: Node): boolean => {
  const { op, attributes, operands } = erased(node);
  const varying = Object.entries(operands).filter(([, operand]) => operand?.shape.batched);
  return definitionOf(op).tokenwise?.(attributes) === true && varying.every(([name]) => name === 'x');
};

const mergeRolls: Rule = {
  law: 'roll(roll(x, a), b) = roll(x, a + b)',
  apply: (node, { node: make }) => {
    const outer = as(node, 'roll');
    const inner = as(outer?.operands.x, 'roll');
    if (!outer || !inner) return undefined;
    return make('roll', { x: inner.operands.x }, { by: sum(inner.attributes.by, outer.attributes.by) });
  },
};

const dropZeroRoll: Rule = {
  law: 'roll(x, 0) = x',
  apply: (node) => {
    const roll = as(node, 'roll');
    return roll && isZero(roll.attributes.by) ? roll.operands.x : undefined;
  },
};

const throughTokenwise: Rule = {
  law: 'f(roll(x, a)) = roll(f(x), a) where f treats every token alike',
  apply: (node, site) => {
    const any = erased(node);
    const roll = as(any.operands['x'], 'roll');
    if (!roll || !isTokenwise(node) || !leadsOn(node, roll, site)) return undefined;
    const inner = remake(node, { ...any.operands, x: roll.operands.x }, site.node);
    return inner && site.node('roll', { x: inner }, { by: roll.attributes.by });
  },
};

/**
 * A norm after its branch, as in Swin V2, stands between the reverse roll and the residual sum. The roll moves past it
 * only where it can go on from that sum; else it stays at the windows, which absorb it.
 */
const leadsOn = (node: Node, roll: NodeOf<'roll'>, site: RewriteSite): boolean => {
  const { op } = roll.operands.x;
  if (op !== 'window_merge' && op !== 'crop') return true;
  return site.users(node).some((user) => user.op === 'add' && meetsOpposite(user, roll.attributes.by, site));
};

/** The same tokenwise op on another operand; the ops are few, so that each is made with its own types. */
const remake = (
  node: Node,
  operands: Readonly<Record<string, Node | undefined>>,
  make: RewriteSite['node'],
): Node | undefined => {
  const x = operands['x'];
  if (!x) return undefined;
  if (node.op === 'linear') return make('linear', { ...node.operands, x }, node.attributes);
  if (node.op === 'layer_norm') return make('layer_norm', { ...node.operands, x }, node.attributes);
  if (node.op === 'batch_norm') return make('batch_norm', { ...node.operands, x }, node.attributes);
  if (node.op === 'activation') return make('activation', { x }, node.attributes);
  return undefined;
};

const joinSums: Rule = {
  law: 'roll(x, a) + roll(y, a) = roll(x + y, a)',
  apply: (node, { node: make }) => {
    const add = as(node, 'add');
    const a = as(add?.operands.a, 'roll');
    const b = as(add?.operands.b, 'roll');
    if (!a || !b || !samePair(a.attributes.by, b.attributes.by)) return undefined;
    return make('roll', { x: make('add', { a: a.operands.x, b: b.operands.x }, {}) }, { by: a.attributes.by });
  },
};

/**
 * Whether the value of a node, moved by `by`, meets a roll that undoes it: followed through tokenwise ops, sums of
 * moved values, and sums with a branch that is rolled by the same amount.
 */
const meetsOpposite = (start: Node, by: Pair, site: RewriteSite): boolean => {
  const moved = new Set<Node>([start]);
  const queue: Node[] = [start];
  for (let node = queue.pop(); node; node = queue.pop()) {
    for (const user of site.users(node)) {
      const roll = as(user, 'roll');
      if (roll && samePair(roll.attributes.by, opposite(by))) return true;
      const carried =
        user.op === 'add' ? operandsOf(user).every((operand) => moves(operand, moved, by)) : isTokenwise(user);
      if (carried && !moved.has(user)) {
        moved.add(user);
        queue.push(user);
      }
    }
  }
  return false;
};

const moves = (operand: Node, moved: ReadonlySet<Node>, by: Pair): boolean => {
  const roll = as(operand, 'roll');
  return moved.has(operand) || (roll !== undefined && samePair(roll.attributes.by, by));
};

const rollResidual: Rule = {
  law: 'x + roll(y, a) = roll(roll(x, -a) + y, a), where a roll by -a follows',
  apply: (node, site) => {
    const add = as(node, 'add');
    const roll = as(add?.operands.b, 'roll');
    if (!add || !roll || as(add.operands.a, 'roll') || !meetsOpposite(add, roll.attributes.by, site)) return undefined;
    const { by } = roll.attributes;
    const residual = site.node('roll', { x: add.operands.a }, { by: opposite(by) });
    return site.node('roll', { x: site.node('add', { a: residual, b: roll.operands.x }, {}) }, { by });
  },
};

export const cancelShifts: readonly Rule[] = [mergeRolls, dropZeroRoll, throughTokenwise, joinSums, rollResidual];
