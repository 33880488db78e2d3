/** From what files and flags say to a spec, or to what has not been said yet. */

import type { Diagnostic } from '../../grammar/diagnostic.ts';
import type { Tensor } from '../../runtime/safetensors.ts';
import { buildGraph } from '../build/build.ts';
import { figuresOf } from '../compile.ts';
import { spellNumber } from '../model/spell.ts';
import { type ImportReport, importCheckpoint } from '../weights/import-checkpoint.ts';
import { combine, type Facts, type Reading } from './fact.ts';
import { fitWindows } from './fit.ts';
import { openQuestions, type Question } from './questions.ts';
import { draft, writeSpec } from './write-spec.ts';

export interface SpecRequest {
  /** A name that the language takes. */
  readonly name: string;
  readonly readings: readonly Reading[];
  readonly flags: Facts;
  /** Of the checkpoint, if one is among the files. */
  readonly tensors: ReadonlyMap<string, Tensor> | undefined;
  /** One line about where the spec comes from. */
  readonly documentation: string;
}

export type SpecAnswer =
  | {
      readonly kind: 'spec';
      readonly text: string;
      readonly facts: Facts;
      /** What becomes of the checkpoint's tensors. */
      readonly report: ImportReport | undefined;
    }
  | { readonly kind: 'questions'; readonly questions: readonly Question[]; readonly facts: Facts }
  /** The facts make no model: the rules say why, and the text is what they are about. */
  | { readonly kind: 'findings'; readonly diagnostics: readonly Diagnostic[]; readonly text: string };

/** A spec that comes back takes the checkpoint's every tensor as it is. Throws a SpecFromError or a CheckpointError. */
export function specFrom({ name, readings, flags, tensors, documentation }: SpecRequest): SpecAnswer {
  const facts = combine([flags, ...readings.map((reading) => reading.facts)]);
  const hints = new Map(readings.flatMap((reading) => [...reading.hints]));
  const questions = openQuestions(facts, { hints });
  if (questions.length > 0) return { kind: 'questions', questions, facts };
  const habits = readings.map((reading) => reading.habits).find((each) => each !== undefined);
  const fitted = fitWindows(name, facts, habits);
  if (fitted.questions.length > 0) return { kind: 'questions', questions: fitted.questions, facts };
  const { specification, model, diagnostics, text } = draft(name, fitted.facts);
  if (model === undefined || specification === undefined) return { kind: 'findings', diagnostics, text };
  const report = tensors && importCheckpoint(tensors, buildGraph(model), { strict: true }).report;
  const assertion = tensors && `params == ${spellNumber(figuresOf(model).params)} : "as many as in the checkpoint"`;
  return { kind: 'spec', text: writeSpec(specification, { documentation, assertion }), facts: fitted.facts, report };
}
