/** Models to compare, from `specs/` and from text. */
import { planModel } from '../../compiler/compile.ts';
import type { Subject } from '../../compiler/diff/subject.ts';
import type { Variant } from '../../compiler/diff/sweep.ts';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import { type ResolvedModel, resolve } from '../../compiler/model/resolve.ts';
import { selectModel } from '../../compiler/model/select.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { specFiles } from '../support/spec-files.ts';

const specs = Object.fromEntries(specFiles());

function subjectOf({ name, specification, model }: ResolvedModel, elementType: ElementType = 'f32'): Subject {
  if (specification === undefined || model === undefined) throw new Error(`${name} has errors`);
  return { operand: name, specification, model, planned: planModel(model, { elementType }) };
}

function find(file: string, name: string | undefined, texts: Readonly<Record<string, string>>): ResolvedModel {
  const { value } = selectModel(resolve(file, memoryHost(texts)).value, name);
  if (value === undefined) throw new Error(`${file} has no model ${name ?? ''}`);
  return value;
}

/** `specSubject('swin-b.swin')`, `specSubject('swin-free-br.swin', 'swin-free-b-br')`. */
export const specSubject = (file: string, name?: string): Subject => subjectOf(find(file, name, specs));

export interface NamedSubject {
  readonly name: string;
  readonly subject: () => Subject;
}

/** Every model of `specs/` whose path begins so. */
export const specSubjects = (prefix: string): readonly NamedSubject[] =>
  Object.keys(specs)
    .filter((file) => file.startsWith(prefix))
    .flatMap((file) =>
      resolve(file, memoryHost(specs)).value.models.map((resolved) => ({
        name: `${file}#${resolved.name}`,
        subject: () => subjectOf(resolved),
      })),
    );

/** A sweep of `specs/` with its base. */
export function sweepSubjects(file: string, name: string): { base: Subject; variants: readonly Variant[] } {
  const sweep = resolve(file, memoryHost(specs)).value.sweeps.find((each) => each.name === name);
  if (sweep?.base === undefined) throw new Error(`${file} has no sweep ${name}`);
  const variants = sweep.variants.map((variant) => ({ label: variant.label, subject: () => subjectOf(variant) }));
  return { base: subjectOf(sweep.base), variants };
}

const baseText = `swin 1
model base {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = 4
}
`;

/** An heir of a model of two stages, with these lines of its own. */
export const heir = (name: string, lines: readonly string[], elementType?: ElementType): Subject => {
  const text = `${baseText}model ${name} extends base {\n${lines.join('\n')}\n}\n`;
  return subjectOf(find('test.swin', name, { 'test.swin': text }), elementType);
};

export const small = (...lines: readonly string[]): Subject => heir('small', lines);
