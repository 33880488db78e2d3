/** The variants of a sweep, each against the model that they vary. */
import { byteCount, decimal, giga } from '../report/units.ts';
import { diff, sideOf } from './diff.ts';
import type { Change, Difference, EagerAndPlannedChange, Fate, FieldChange, Side, Verdict } from './difference.ts';
import type { Subject } from './subject.ts';

/** The heads of a difference; comparing the two models has all of it. */
export interface SweepRow {
  /** What stands between the brackets of the variant's name: `window=7,14,14,7`. */
  readonly label: string;
  readonly model: string;
  readonly verdict: Verdict;
  readonly meaning: string;
  readonly fields: readonly FieldChange[];
  readonly params: Change;
  readonly macs: Change;
  readonly dispatches: EagerAndPlannedChange;
  readonly bytesMoved: EagerAndPlannedChange;
  readonly rollBytes: EagerAndPlannedChange;
  /** How many tensors. */
  readonly weights: Readonly<Record<Fate, number>>;
}

export interface SweepFigure {
  readonly name: string;
  readonly of: (row: SweepRow) => Change;
  readonly spell: (value: number) => string;
}

/** The figures of a matrix in the order of their columns. */
export const sweepFigures: readonly SweepFigure[] = [
  { name: 'parameters', of: ({ params }) => params, spell: decimal },
  { name: 'MACs', of: ({ macs }) => macs, spell: (value) => giga(value) },
  { name: 'dispatches, eager', of: ({ dispatches }) => dispatches.eager, spell: decimal },
  { name: 'dispatches, planned', of: ({ dispatches }) => dispatches.planned, spell: decimal },
  { name: 'bytes moved, planned', of: ({ bytesMoved }) => bytesMoved.planned, spell: (value) => byteCount(value, 2) },
  { name: 'bytes rolled, eager', of: ({ rollBytes }) => rollBytes.eager, spell: (value) => byteCount(value, 2) },
];

export interface SweepDifference {
  readonly formatVersion: '1.0';
  readonly sweep: string;
  readonly base: Side;
  readonly variants: readonly SweepRow[];
}

export interface Variant {
  readonly label: string;
  /** Made when its turn comes, so that thousands of plans never live at once. */
  readonly subject: () => Subject;
}

export const compareSweep = (sweep: string, base: Subject, variants: readonly Variant[]): SweepDifference => ({
  formatVersion: '1.0',
  sweep,
  base: sideOf(base),
  variants: variants.map(({ label, subject }) => rowOf(label, diff(base, subject()))),
});

const rowOf = (label: string, { b, verdict, meaning, fields, derived, weights }: Difference): SweepRow => {
  const { params, macs, dispatches, bytesMoved, rollBytes } = derived.total;
  const { carry, interpolate, new: added, dropped, notTransferable } = weights;
  const counts = {
    carry: carry.count,
    interpolate: interpolate.count,
    new: added.count,
    dropped: dropped.count,
    notTransferable: notTransferable.count,
  };
  const costs = { params, macs, dispatches, bytesMoved, rollBytes };
  return { label, model: b.model, verdict, meaning, fields, ...costs, weights: counts };
};
