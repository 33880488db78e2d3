import type { Value } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';

/** A field as some model's text sets it. */
export interface Setting {
  /** The field's whole name, such as `merge.norm`. */
  readonly field: string;
  readonly value: Value;
  readonly file: string;
  /** The model whose text this is; an heir has another name. */
  readonly model: string;
  /** The stage whose block this stands in, counted from 1. */
  readonly stage: number | undefined;
  /** The list as the text has it, where this is one stage's item of it. */
  readonly whole?: Setting;
}

export interface Settings {
  readonly fields: ReadonlyMap<string, Setting>;
  /** Patches by stage, counted from 1. */
  readonly stages: ReadonlyMap<number, ReadonlyMap<string, Setting>>;
}

export const noSettings: Settings = { fields: new Map(), stages: new Map() };

/** The field of a whole model that a field of a stage patches. */
export function patchedField(stageField: string): string {
  return stageField === 'depth' ? 'depths' : stageField;
}

/** An heir's settings over those it inherits: to set a field for every stage discards the inherited patches of it. */
export function inherit(inherited: Settings, own: Settings): Settings {
  const stages = new Map<number, Map<string, Setting>>();
  for (const [number, patches] of inherited.stages) {
    const kept = [...patches].filter(([field]) => !own.fields.has(patchedField(field)));
    stages.set(number, new Map(kept));
  }
  for (const [number, patches] of own.stages) {
    stages.set(number, new Map([...(stages.get(number) ?? []), ...patches]));
  }
  return { fields: new Map([...inherited.fields, ...own.fields]), stages };
}

export function settingSpan(setting: Setting): Span {
  return setting.value.span;
}
