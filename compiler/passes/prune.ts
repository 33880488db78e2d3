/** Nodes that change nothing go; sharing equal nodes and dropping dead ones is what hash-consing does by itself. */
import type { Rule } from '../graph/rewrite.ts';
import { as, gridOf, isZero, samePair } from './patterns.ts';

export const prune: readonly Rule[] = [
  {
    law: 'pad(x, grid of x) = x',
    apply: (node) => {
      const pad = as(node, 'pad');
      return pad && samePair(pad.attributes.to, gridOf(pad.operands.x)) ? pad.operands.x : undefined;
    },
  },
  {
    law: 'crop(x, grid of x) = x',
    apply: (node) => {
      const crop = as(node, 'crop');
      return crop && samePair(crop.attributes.to, gridOf(crop.operands.x)) ? crop.operands.x : undefined;
    },
  },
  {
    law: 'roll(x, 0) = x',
    apply: (node) => {
      const roll = as(node, 'roll');
      return roll && isZero(roll.attributes.by) ? roll.operands.x : undefined;
    },
  },
];
