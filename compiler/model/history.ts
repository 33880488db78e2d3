/** Where the value of a field comes from: every line that had a say in it, and what became of each. */
import { type CanonicalField, canonicalFields, canonicalStageField, stagePath } from './canonical.ts';
import { isStageField, type ModelField, modelFields, type StageField, stageFields } from './fields/table.ts';
import { modelValues, stageValues } from './flatten.ts';
import { isSameSize, layOutStages } from './layout.ts';
import type { Size } from './model.ts';
import type { ResolvedModel } from './resolve.ts';
import { patchedField, type Setting, type Settings, wholeSetting } from './settings.ts';
import type { Specification, StageSpecification } from './specification.ts';

/** A field of the whole model, or of one stage counted from 1. */
export type FieldPath =
  | { readonly stage: undefined; readonly field: ModelField }
  | { readonly stage: number; readonly field: StageField };

/**
 * - `decides`: the value, or that of some stages, is what this line says.
 * - `overridden`: later lines say otherwise.
 * - `discarded`: a patch that ended when an heir set the field for every stage.
 */
export type Fate = 'decides' | 'overridden' | 'discarded';

export interface Step {
  readonly setting: Setting;
  readonly fate: Fate;
  /** Which stages have their value from here; empty where the field is one of the whole model alone. */
  readonly stages: readonly number[];
}

/** What the blocks of a stage ask for and do not get. */
export interface Clamping {
  readonly stage: number;
  readonly grid: Size;
  readonly asked: Size;
  readonly clamped: Size;
}

export interface History {
  /** The field as canonical text has it, and after it what single stages have otherwise. */
  readonly fields: readonly CanonicalField[];
  readonly documentation: string;
  /** The field whose value this one has, for want of a line of its own. */
  readonly follows: string | undefined;
  /** Whether no line decides the value, or that of some stages. */
  readonly isDefault: boolean;
  /** The oldest first. */
  readonly steps: readonly Step[];
  /** Of windows and shifts. */
  readonly clampings: readonly Clamping[];
}

/** As far as a model's fields have been read, whether or not a rule finds fault with them. */
export type Described = Pick<ResolvedModel, 'lineage'> & { readonly specification: Specification };

export function historyOf({ lineage, specification }: Described, path: FieldPath): History {
  const deciding = decidingSettings(path, specification);
  const own = path.stage === undefined ? path.field : patchedField(path.field);
  const follows = [...deciding.keys()].map(({ field }) => patchedField(field)).find((field) => field !== own);
  const line = lineage.map(({ settings }) => settings);
  const steps = line.flatMap((settings, index) => {
    const isDiscarded = line.slice(index + 1).some(({ fields }) => fields.has(own));
    // What follows a field takes no part in the patches of it.
    const said = follows === undefined ? settingsOf(settings, own, path.stage) : settingsOf(settings, follows, 0);
    return said.map((setting): Step => {
      const stages = deciding.get(setting);
      if (stages !== undefined) return { setting, fate: 'decides', stages };
      return { setting, fate: isDiscarded && setting.stage !== undefined ? 'discarded' : 'overridden', stages: [] };
    });
  });
  const { documentation } = path.stage === undefined ? modelFields[path.field] : stageFields[path.field];
  return {
    fields: fieldsAt(path, specification),
    documentation,
    follows,
    isDefault: hasDefault(deciding, path, specification),
    steps,
    clampings: clampingsAt(path, specification),
  };
}

/** What one model's text says of a field: for every stage, then by stage; or of one stage only. */
function settingsOf({ fields, stages }: Settings, field: string, stage: number | undefined): readonly Setting[] {
  const whole = fields.get(field);
  const patches = [...stages]
    .filter(([number]) => stage === undefined || stage === number)
    .sort(([first], [second]) => first - second)
    .flatMap(([, patch]) => [...patch.values()]);
  return [
    ...(whole === undefined ? [] : [whole]),
    ...patches.filter((setting) => patchedField(setting.field) === field),
  ];
}

/** The settings that the value is made of, each with the stages that have theirs from it. */
function decidingSettings(path: FieldPath, specification: Specification): ReadonlyMap<Setting, readonly number[]> {
  const stageField = path.stage === undefined ? stageFieldOf(path.field) : path.field;
  if (stageField === undefined) {
    const { settings } = path.stage === undefined ? modelValues[path.field](specification) : { settings: [] };
    return new Map(settings.map((setting) => [setting, []]));
  }
  const deciding = new Map<Setting, readonly number[]>();
  for (const stage of stagesAt(path, specification)) {
    const { setting } = stageValues[stageField](stage);
    if (setting === undefined) continue;
    const whole = wholeSetting(setting);
    deciding.set(whole, [...(deciding.get(whole) ?? []), stage.number]);
  }
  return deciding;
}

function hasDefault(
  deciding: ReadonlyMap<Setting, readonly number[]>,
  path: FieldPath,
  specification: Specification,
): boolean {
  const isByStage = path.stage !== undefined || stageFieldOf(path.field) !== undefined;
  if (!isByStage) return deciding.size === 0;
  const decided = new Set([...deciding.values()].flat());
  return stagesAt(path, specification).some(({ number }) => !decided.has(number));
}

function stagesAt({ stage }: FieldPath, { stages }: Specification): readonly StageSpecification[] {
  return stage === undefined ? stages : stages.filter(({ number }) => number === stage);
}

/** What stages call a field of the whole model that they have too. */
function stageFieldOf(field: ModelField): StageField | undefined {
  return Object.keys(stageFields)
    .filter(isStageField)
    .find((name) => patchedField(name) === field);
}

function fieldsAt(path: FieldPath, specification: Specification): readonly CanonicalField[] {
  if (path.stage !== undefined) {
    return stagesAt(path, specification).map((stage) => canonicalStageField(path.field, stage, specification));
  }
  const stageField = stageFieldOf(path.field);
  const wanted = new Set<string>([path.field]);
  if (stageField !== undefined) {
    for (const { number } of specification.stages) wanted.add(stagePath(number, stageField));
  }
  return canonicalFields(specification).filter((field) => wanted.has(field.path));
}

function clampingsAt(path: FieldPath, specification: Specification): readonly Clamping[] {
  const { field } = path;
  if (field !== 'window' && field !== 'shift') return [];
  const numbers = stagesAt(path, specification).map(({ number }) => number);
  return layOutStages(specification)
    .filter(({ stage }) => numbers.includes(stage.number))
    .flatMap(({ stage, grid, blocks }) =>
      blocks
        .map(
          (block): Clamping => ({
            stage: stage.number,
            grid,
            asked: block.asked[field],
            clamped: block.clamped[field],
          }),
        )
        .filter(({ asked, clamped }) => !isSameSize(asked, clamped))
        .filter(isFirst),
    );
}

/** Blocks of a stage mostly ask for the same. */
function isFirst(clamping: Clamping, index: number, all: readonly Clamping[]): boolean {
  const { asked, clamped } = clamping;
  return all.findIndex((each) => isSameSize(each.asked, asked) && isSameSize(each.clamped, clamped)) === index;
}
