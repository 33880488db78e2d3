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
      patchesOf(stage, specification).map((name) => canonicalStageField(name, stage, specification)),
    ),
  ];
}

/** A field as one stage has it, also where the model's own field says so. */
export function canonicalStageField<Name extends StageField>(
  name: Name,
  stage: StageSpecification,
  specification: Specification,
): CanonicalField {
  const given = stageValues[name](stage);
  return {
    path: stagePath(stage.number, name),
    text: stageFields[name].print(given.value),
    settings: settingsOf([given], specification),
  };
}

/** The flattened, standalone spec; of the model's own fields those that are wanted. */
export function canonicalText(
  specification: Specification,
  isWanted: (field: CanonicalField) => boolean = () => true,
): string {
  const wanted = modelFieldsOf(specification).filter(isWanted);
  const lines = [
    'swin 1',
    `model ${nameable(specification.name)} {`,
    ...wanted.map((field) => indent(assign(field.path, field))),
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
function patchesOf(stage: StageSpecification, specification: Specification): readonly StageField[] {
  return Object.keys(stageFields)
    .filter(isStageField)
    .filter((name) => !isSaid(name, stage, specification));
}

function isSaid<Name extends StageField>(name: Name, stage: StageSpecification, specification: Specification): boolean {
  return isSaidByModel[name](stageValues[name](stage).value, specification);
}

function blockOf(stage: StageSpecification, specification: Specification): readonly string[] {
  const patches = patchesOf(stage, specification);
  if (patches.length === 0) return [];
  const lines = patches.map((name) => assign(name, canonicalStageField(name, stage, specification)));
  return [`stage ${stage.number} {`, ...lines.map(indent), '}'];
}

function assign(name: string, { text }: CanonicalField): string {
  return `${name} = ${text}`;
}

function indent(line: string): string {
  return `  ${line}`;
}

/** A variant's name has brackets, which no model's may have; a model's own name stays as it is. */
function nameable(name: string): string {
  const words = name.split(/\W+/).filter((word) => word !== '');
  return words.join('-');
}
