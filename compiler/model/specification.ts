import type { Owner } from './blame.ts';
import type { ModelFieldValue, StageFieldValue } from './fields/table.ts';
import type { Activation, Norm, Position, Preprocess, Size } from './model.ts';
import type { Setting } from './settings.ts';

/** A value with the text that gave it; without one it is the language's default. */
export interface Given<Value> {
  readonly value: Value;
  readonly setting: Setting | undefined;
}

export interface StageSpecification {
  /** Counted from 1. */
  readonly number: number;
  readonly depth: Given<number>;
  readonly heads: Given<number>;
  readonly window: Given<StageFieldValue<'window'>>;
  readonly shift: Given<StageFieldValue<'shift'>>;
  readonly mlp: Given<number>;
  readonly norm: Given<Norm>;
  readonly activation: Given<Activation>;
  readonly position: Given<Position>;
}

/** A model as written: every field read, every default filled in, every stage's fields found; nothing computed yet. */
export interface Specification extends Owner {
  readonly input: Given<ModelFieldValue<'input'>>;
  readonly classes: Given<number>;
  readonly patch: Given<Size>;
  readonly patchNorm: Given<Norm>;
  readonly mergeNorm: Given<Norm>;
  readonly finalNorm: Given<Norm>;
  readonly placement: Given<ModelFieldValue<'norm.placement'>>;
  readonly dim: Given<number>;
  readonly clamp: Given<ModelFieldValue<'clamp'>>;
  readonly pad: Given<ModelFieldValue<'pad'>>;
  readonly attention: Given<ModelFieldValue<'attention'>>;
  readonly qkvBias: Given<ModelFieldValue<'qkv.bias'>>;
  readonly features: Given<readonly number[]>;
  readonly featuresNorm: Given<Norm>;
  readonly resize: Given<Preprocess['resize']>;
  readonly crop: Given<Size>;
  readonly interpolation: Given<Preprocess['interpolation']>;
  readonly mean: Given<readonly number[]>;
  readonly std: Given<readonly number[]>;
  readonly stages: readonly StageSpecification[];
}
