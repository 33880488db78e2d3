/**
 * From what every stage has to what a model's own fields say: scalars and lists as far as they reach. What they cannot
 * say is left to the blocks of single stages.
 */
import { isOwn } from './blame.ts';
import { printActivation } from './fields/activation.ts';
import { printNorm } from './fields/norm.ts';
import type { Print } from './fields/print.ts';
import type { PerStage } from './fields/reader.ts';
import { printShift, type Shift } from './fields/shift.ts';
import { square } from './fields/size.ts';
import type { ModelField, ModelFieldValue, StageField, StageFieldValue } from './fields/table.ts';
import { printWindow, type Window } from './fields/window.ts';

import type { Setting } from './settings.ts';
import type { Given, Specification, StageSpecification } from './specification.ts';
import { plainNumber } from './spell.ts';

/** A value with the settings that made it, the most telling first; none where it is the language's default. */
export interface Sourced<Value> {
  readonly value: Value;
  readonly settings: readonly Setting[];
}

type OfModel<Value> = (specification: Specification) => Sourced<Value>;
type OfStage<Value> = (stage: StageSpecification) => Given<Value>;

/** What a stage has, for every field of its block. */
export const stageValues: { readonly [Name in StageField]: OfStage<StageFieldValue<Name>> } = {
  depth: ({ depth }) => depth,
  heads: ({ heads }) => heads,
  window: ({ window }) => window,
  shift: ({ shift }) => shift,
  mlp: ({ mlp }) => mlp,
  norm: ({ norm }) => norm,
  act: ({ activation }) => activation,
};

/** What the whole model says, for every field of the table. */
export const modelValues: { readonly [Name in ModelField]: OfModel<ModelFieldValue<Name>> } = {
  input: whole(({ input }) => input),
  classes: whole(({ classes }) => classes),
  patch: whole(({ patch }) => patch),
  'patch.norm': whole(({ patchNorm }) => patchNorm),
  dim: whole(({ dim }) => dim),
  depths: listed(stageValues.depth),
  heads: listed(stageValues.heads),
  window: spread(stageValues.window, { print: printWindow, isListed: isListedWindow, other: firstWindow }),
  shift: spread(stageValues.shift, { print: printShift, isListed: isListedShift, other: usualShift }),
  clamp: whole(({ clamp }) => clamp),
  pad: whole(({ pad }) => pad),
  mlp: shared(stageValues.mlp, plainNumber),
  norm: shared(stageValues.norm, printNorm),
  'norm.placement': whole(({ placement }) => placement),
  'merge.norm': whole(({ mergeNorm }) => mergeNorm),
  'final.norm': whole(({ finalNorm }) => finalNorm),
  act: shared(stageValues.act, printActivation),
  attention: whole(({ attention }) => attention),
  position: whole(({ position }) => position),
  'qkv.bias': whole(({ qkvBias }) => qkvBias),
  features: whole(({ features }) => features),
  'features.norm': whole(({ featuresNorm }) => featuresNorm),
  'preprocess.resize': whole(({ resize }) => resize),
  'preprocess.crop': whole(({ crop }) => crop),
  'preprocess.interpolation': whole(({ interpolation }) => interpolation),
  'preprocess.mean': whole(({ mean }) => mean),
  'preprocess.std': whole(({ std }) => std),
};

type IsSaid<Value> = (value: Value, specification: Specification) => boolean;

/** Whether the model's own field says already what a stage has. */
export const isSaidByModel: { readonly [Name in StageField]: IsSaid<StageFieldValue<Name>> } = {
  depth: () => true,
  heads: () => true,
  window: isListedWindow,
  shift: isListedShift,
  mlp: (value, specification) => value === modelValues.mlp(specification).value,
  norm: (value, specification) => printNorm(value) === printNorm(modelValues.norm(specification).value),
  act: (value, specification) => value === modelValues.act(specification).value,
};

function whole<Value>(pick: (specification: Specification) => Given<Value>): OfModel<Value> {
  return (specification) => {
    const given = pick(specification);
    return { value: given.value, settings: settingsOf([given], specification) };
  };
}

function listed<Value>(pick: OfStage<Value>): OfModel<readonly Value[]> {
  return (specification) => {
    const givens = specification.stages.map(pick);
    return { value: givens.map(({ value }) => value), settings: settingsOf(givens, specification) };
  };
}

/** The value that most stages have, of several such the first stage's: the others say their own. */
function shared<Value>(pick: OfStage<Value>, print: Print<Value>): OfModel<Value> {
  return (specification) => {
    const givens = specification.stages.map(pick);
    const value = mostCommon(
      givens.map((given) => given.value),
      print,
    );
    const agreeing = givens.filter((given) => print(given.value) === print(value));
    return { value, settings: settingsOf(agreeing, specification) };
  };
}

interface Spreading<Value> {
  readonly print: Print<Value>;
  readonly isListed: (value: Value) => boolean;
  /** Where no stage has a value that a list can hold. */
  readonly other: (value: Value) => Value;
}

/** Stages whose value no list can hold count as if they had the most common one, so that the others' text is short. */
function spread<Value>(pick: OfStage<Value>, { print, isListed, other }: Spreading<Value>): OfModel<PerStage<Value>> {
  return (specification) => {
    const givens = specification.stages.map(pick);
    const values = givens.map(({ value }) => value);
    const sayable = values.filter(isListed);
    const filler = mostCommon(sayable.length > 0 ? sayable : values.map(other), print);
    return {
      value: { kind: 'each', values: values.map((value) => (isListed(value) ? value : filler)) },
      settings: settingsOf(
        givens.filter(({ value }) => isListed(value)),
        specification,
      ),
    };
  };
}

/** Of at least one value. */
function mostCommon<Value>(values: readonly Value[], print: Print<Value>): Value {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(print(value), (counts.get(print(value)) ?? 0) + 1);
  const count = (value: Value): number => counts.get(print(value)) ?? 0;
  return values.reduce((best, value) => (count(value) > count(best) ? value : best));
}

function isListedWindow({ kind }: Window): boolean {
  return kind !== 'cycle';
}

function firstWindow(window: Window): Window {
  return window.kind === 'cycle' ? { kind: 'size', size: window.sizes[0] ?? square(1) } : window;
}

function isListedShift({ kind }: Shift): boolean {
  return kind === 'on' || kind === 'off';
}

function usualShift(): Shift {
  return { kind: 'on' };
}

/** Each once: patches before the field that they patch, and the model's own before those that it inherits. */
export function settingsOf(givens: readonly Given<unknown>[], specification: Specification): readonly Setting[] {
  const settings = new Set(givens.flatMap(({ setting }) => setting?.whole ?? setting ?? []));
  const rank = (setting: Setting): number =>
    (setting.stage === undefined ? 2 : 0) + (isOwn(setting, specification) ? 0 : 1);
  return [...settings].sort((first, second) => rank(first) - rank(second));
}
