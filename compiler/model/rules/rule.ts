import type { StageLayout, StageWidth } from '../layout.ts';
import type { Report } from '../load.ts';
import type { Specification } from '../specification.ts';

/** What a rule judges. */
export interface Subject {
  readonly specification: Specification;
  readonly widths: readonly StageWidth[];
  /** As far as the grids make sense: a stage after an impossible merging is left out. */
  readonly layouts: readonly StageLayout[];
}

/** One law of the language. It reports every breach that it sees and knows nothing of the other rules. */
export type Rule = (subject: Subject, report: Report) => void;
