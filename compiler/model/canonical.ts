/**
 * The one way to write a model down: flattened, every default filled in, every value in its one spelling. Whichever way
 * a model was written, the same fields are the same text. Documentation and assertions say nothing about what it is.
 */
import {
  isModelField,
  isStageField,
  type ModelField,
  modelFields,
  type StageField,
  stageFields,
} from './fields/table.ts';
import { isSaidByModel, modelValues, settingsOf, stageValues } from './flatten.ts';
import type { Setting } from './settings.ts';
import type { Specification, StageSpecification } from './specification.ts';

export interface CanonicalField {
  /** The field as it is written: `window`, `merge.norm`; of one stage's block `stage 3.window`. */
  readonly path: string;
  readonly text: string;
  /**
   * Where the value comes from: the model's field and any stage patches that made it, most telling first; of a part that
   * follows another field that one's; empty for a default.
   */
  readonly settings: readonly Setting[];
}

/**
 * Every field of a specification as the language writes it, in the order of the field table and then by stage, defaults
 * filled in. Stages have fields of their own only where no field of the model says the same.
 */
export function canonicalFields(specification: Specification): readonly CanonicalField[] {
  return [
    ...modelFieldsOf(specification),
    ...specification.stages.flatMap((stage) =>
      patchesOf(stage, specification).map((patch) => ({ ...patch, path: stagePath(stage.number, patch.path) })),
    ),
  ];
}

/** The flattened, standalone spec. */
export function canonicalText(specification: Specification): string {
  const lines = [
    'swin 1',
    `model ${nameable(specification.name)} {`,
    ...modelFieldsOf(specification).map(assign).map(indent),
    ...specification.stages.flatMap((stage) => blockOf(stage, specification)).map(indent),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** What a stage's field is called from outside of its block. */
export function stagePath(stage: number, field: string): string {
  return `stage ${stage}.${field}`;
}

function modelFieldsOf(specification: Specification): readonly CanonicalField[] {
  return Object.keys(modelFields)
    .filter(isModelField)
    .map((name) => modelFieldOf(name, specification));
}

function modelFieldOf<Name extends ModelField>(name: Name, specification: Specification): CanonicalField {
  const { value, settings } = modelValues[name](specification);
  return { path: name, text: modelFields[name].print(value), settings };
}

/** What a stage must say by itself. */
function patchesOf(stage: StageSpecification, specification: Specification): readonly CanonicalField[] {
  return Object.keys(stageFields)
    .filter(isStageField)
    .flatMap((name) => patchOf(name, stage, specification));
}

function patchOf<Name extends StageField>(
  name: Name,
  stage: StageSpecification,
  specification: Specification,
): readonly CanonicalField[] {
  const given = stageValues[name](stage);
  if (isSaidByModel[name](given.value, specification)) return [];
  return [{ path: name, text: stageFields[name].print(given.value), settings: settingsOf([given], specification) }];
}

function blockOf(stage: StageSpecification, specification: Specification): readonly string[] {
  const patches = patchesOf(stage, specification);
  if (patches.length === 0) return [];
  return [`stage ${stage.number} {`, ...patches.map(assign).map(indent), '}'];
}

function assign({ path, text }: CanonicalField): string {
  return `${path} = ${text}`;
}

function indent(line: string): string {
  return `  ${line}`;
}

/** A variant's name has brackets, which no model's may have; a model's own name stays as it is. */
function nameable(name: string): string {
  const words = name.split(/\W+/).filter((word) => word !== '');
  return words.join('-');
}
