/** Models to compare, from `specs/` and from text. */
import { planModel } from '../../compiler/compile.ts';
import type { Subject } from '../../compiler/diff/subject.ts';
import type { Model } from '../../compiler/model/model.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { modelFrom, specModel } from '../support/model.ts';

export const subjectOf = (model: Model, elementType: ElementType = 'f32'): Subject => ({
  operand: model.name,
  file: `${model.name}.swin`,
  fields: [],
  model,
  planned: planModel(model, { elementType }),
});

export const specSubject = (file: string, name?: string): Subject => subjectOf(specModel(file, name));

/** A small model of two stages; later lines override earlier ones. */
export const smallModel = (...lines: readonly string[]): Model =>
  modelFrom(
    `swin 1
model base {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = 4
}
model small extends base {
${lines.join('\n')}
}`,
    'small',
  );

export const small = (...lines: readonly string[]): Subject => subjectOf(smallModel(...lines));
