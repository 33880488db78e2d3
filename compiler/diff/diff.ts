/** Two models become their difference. */
import { canonicalFields } from '../model/canonical.ts';
import { compareDerived } from './derived.ts';
import type { Difference, Side } from './difference.ts';
import { compareFields } from './fields.ts';
import { comparePlans } from './plan.ts';
import type { Subject } from './subject.ts';
import { judge } from './verdict.ts';
import { compareWeights } from './weights.ts';

export const sideOf = ({ operand, specification, planned }: Subject): Side => ({
  operand,
  model: specification.name,
  file: specification.file,
  elementType: planned.plan.elementType,
});

export const diff = (a: Subject, b: Subject): Difference => {
  const weights = compareWeights(a.planned.naive, b.planned.naive);
  return {
    formatVersion: '1.0',
    a: sideOf(a),
    b: sideOf(b),
    ...judge(a, b, weights),
    ...compareFields(canonicalFields(a.specification), canonicalFields(b.specification)),
    derived: compareDerived(a, b),
    weights,
    plan: comparePlans(a.planned.plan, b.planned.plan),
  };
};
