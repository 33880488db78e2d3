/** The variants of a sweep, each against the model that they vary. */
import { diff } from './diff.ts';
import type { Change, Difference, Fate, FieldChange, Side, Verdict } from './difference.ts';
import type { Subject } from './subject.ts';

/** What stands in the matrix of a difference that can be had in full by comparing the two models. */
export interface SweepRow {
  /** What stands between the brackets of the variant's name: `window=7,14,14,7`. */
  readonly label: string;
  readonly model: string;
  readonly verdict: Verdict;
  readonly meaning: string;
  readonly fields: readonly FieldChange[];
  readonly params: Change;
  readonly macs: Change;
  readonly dispatches: { readonly eager: Change; readonly planned: Change };
  readonly bytesMoved: { readonly eager: Change; readonly planned: Change };
  readonly weights: Readonly<Record<Fate, number>>;
}

export interface SweepDifference {
  readonly formatVersion: '1.0';
  readonly sweep: string;
  /** The base is A of every row. */
  readonly base: Side;
  readonly variants: readonly SweepRow[];
}

export interface Variant {
  readonly label: string;
  readonly subject: Subject;
}

/** Variants are planned one by one, so that thousands of plans never live at once. */
export const diffSweep = (sweep: string, base: Subject, variants: Iterable<Variant>): SweepDifference => {
  const rows: SweepRow[] = [];
  for (const { label, subject } of variants) rows.push(rowOf(label, diff(base, subject)));
  const { operand, file, model, planned } = base;
  const side = { operand, model: model.name, file, elementType: planned.plan.elementType };
  return { formatVersion: '1.0', sweep, base: side, variants: rows };
};

const rowOf = (label: string, { b, verdict, meaning, fields, derived, weights }: Difference): SweepRow => {
  const { params, macs, dispatches, bytesMoved } = derived.total;
  const { carry, interpolate, new: added, dropped, notTransferable } = weights;
  const counts = {
    carry: carry.count,
    interpolate: interpolate.count,
    new: added.count,
    dropped: dropped.count,
    notTransferable: notTransferable.count,
  };
  return { label, model: b.model, verdict, meaning, fields, params, macs, dispatches, bytesMoved, weights: counts };
};
