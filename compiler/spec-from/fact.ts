/** What files and flags say of a model: its fields as a spec writes them, and who said so. */
import type { ModelField, StageField } from '../model/fields/table.ts';

/** A part of a spec that can be told by itself: the size and the channels of `input` come from different places. */
export type Aspect = Exclude<ModelField, 'input'> | 'size' | 'channels' | 'pretrained' | StageAspect;

export type StageAspect = `stage ${number}.${StageField}`;

export interface Fact {
  /** As a spec spells it. */
  readonly text: string;
  /** As a sentence goes on after `from`. */
  readonly from: string;
  /** The usual reading of what would have others too: whoever knows better overrules it. */
  readonly isUsual?: true;
}

export type Facts = ReadonlyMap<Aspect, Fact>;
export type Telling = readonly (readonly [Aspect, Fact])[];

/** What the code of a library does with windows that do not fit their grid. */
export interface Habits {
  readonly library: string;
  readonly clamp: string;
  readonly pad: string;
}

export interface Reading {
  readonly facts: Facts;
  /** What a file hints at without telling it, for whoever is asked. */
  readonly hints: ReadonlyMap<Aspect, string>;
  /** Undefined where the file says what was computed and not who did it. */
  readonly habits: Habits | undefined;
  /** What the file calls the model. */
  readonly name: string | undefined;
  /** What the file is: `timm's layout`. */
  readonly kind: string;
}

/** Two sayings that exclude each other, or a file from which no spec follows. */
export class SpecFromError extends Error {
  override readonly name = 'SpecFromError';
}

/** What all of them say together. What is usual gives way, and else they must agree. */
export function combine(tellings: readonly Facts[]): Facts {
  const combined = new Map<Aspect, Fact>();
  for (const [aspect, fact] of tellings.flatMap((facts) => [...facts])) {
    const known = combined.get(aspect);
    if (known === undefined || known.isUsual === true) combined.set(aspect, fact);
    else if (fact.isUsual !== true && fact.text !== known.text) throw disagreement(aspect, known, fact);
  }
  return combined;
}

function disagreement(aspect: Aspect, first: Fact, second: Fact): SpecFromError {
  const [one, other] = [first, second].map(({ text, from }) => `${text} (${from})`);
  const advice = 'leave out the one that is wrong; a model of another shape extends the spec of this one';
  return new SpecFromError(`${aspect} is said to be ${one} and ${other}: ${advice}`);
}

/** Once where every stage has the same, as `printPerStage` has it. */
export function listText(items: readonly (string | number)[]): string {
  const [first, ...others] = new Set(items.map(String));
  return first !== undefined && others.length === 0 ? first : `[${items.join(', ')}]`;
}

/** Of a list that is one for every stage, whatever it holds. */
export const fullListText = (items: readonly (string | number)[]): string => `[${items.join(', ')}]`;
