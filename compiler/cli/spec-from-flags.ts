/** The flags of `swinc spec-from`, as facts that the user says. */
import type { ModelField } from '../model/fields/table.ts';
import { type Aspect, type Fact, type Facts, SpecFromError } from '../spec-from/fact.ts';
import { parseSetting, spellModelField } from '../spec-from/spell-field.ts';

export interface SpecFromFlags {
  readonly input?: string;
  readonly window?: string;
  readonly heads?: string;
  readonly shift?: string;
  readonly act?: string;
  readonly clamp?: string;
  readonly pad?: string;
  readonly normPlacement?: string;
  readonly qkvBias?: string;
  readonly pretrainedWindow?: string;
  readonly set?: readonly string[];
}

/** Flags that are a field each. */
const fields: readonly (readonly [
  keyof Omit<SpecFromFlags, 'set'>,
  flag: string,
  field: Exclude<ModelField, 'input'>,
])[] = [
  ['window', '--window', 'window'],
  ['heads', '--heads', 'heads'],
  ['shift', '--shift', 'shift'],
  ['act', '--act', 'act'],
  ['clamp', '--clamp', 'clamp'],
  ['pad', '--pad', 'pad'],
  ['normPlacement', '--norm-placement', 'norm.placement'],
  ['qkvBias', '--qkv-bias', 'qkv.bias'],
];

export function factsOfFlags(flags: SpecFromFlags): Facts {
  const { input, pretrainedWindow, set = [] } = flags;
  const told: (readonly [Aspect, Fact])[] = fields.flatMap(([option, flag, field]) => {
    const text = flags[option];
    return text === undefined ? [] : [[field, { text: spellModelField(field, text), from: flag }] as const];
  });
  if (input !== undefined) told.push(['size', { text: spellInput(input), from: '--input' }]);
  if (pretrainedWindow !== undefined) {
    told.push(['pretrained', { text: spellPretrained(pretrainedWindow), from: '--pretrained-window' }]);
  }
  for (const setting of set) {
    const [aspect, text] = parseSetting(setting);
    told.push([aspect, { text, from: '--set' }]);
  }
  const twice = told.find(([aspect], index) => told.findIndex(([each]) => each === aspect) < index);
  if (twice !== undefined)
    throw new SpecFromError(`${twice[0]} is said twice, ${twice[1].from} among them: say it once`);
  return new Map(told);
}

function spellInput(text: string): string {
  const [, height, width = height] = /^\s*([1-9]\d{0,7})\s*(?:[x,]\s*([1-9]\d{0,7})\s*)?$/.exec(text) ?? [];
  if (height !== undefined && width !== undefined) return `${height}, ${width}`;
  throw new SpecFromError(`--input is the height and the width in pixels, 224 or 224x192, and not \`${text}\``);
}

/** In the words of the field that it becomes an argument of. */
function spellPretrained(text: string): string {
  if (text === 'same') return text;
  const whole = spellModelField('position', `continuous(hidden: 1, pretrained_window: ${text})`);
  return whole.replace(/^.*pretrained_window: /, '').replace(/\)$/, '');
}
