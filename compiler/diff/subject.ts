import type { Planned } from '../compile.ts';
import type { Model } from '../model/model.ts';
import type { Specification } from '../model/specification.ts';

/** One of the two that are compared: a model that has been resolved without errors, and planned. */
export interface Subject {
  /** As the command line names it. */
  readonly operand: string;
  readonly specification: Specification;
  readonly model: Model;
  readonly planned: Planned;
}
