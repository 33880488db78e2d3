import type { Planned } from '../compile.ts';
import type { Model } from '../model/model.ts';
import type { WrittenField } from './fields.ts';

/** One of the two that are compared: a model that has been resolved without errors, and planned. */
export interface Subject {
  /** As the command line names it. */
  readonly operand: string;
  /** The path of its text. */
  readonly file: string;
  readonly fields: readonly WrittenField[];
  readonly model: Model;
  readonly planned: Planned;
}
