/** Facts as the text of a spec, in canonical spelling: what every model states, and what is not the language's default. */
import { type Diagnostic, hasErrors } from '../../grammar/diagnostic.ts';
import { parse } from '../../grammar/parse.ts';
import { print } from '../../grammar/print.ts';
import { type CanonicalField, canonicalText } from '../model/canonical.ts';
import { isModelField } from '../model/fields/table.ts';
import { memoryHost } from '../model/memory-host.ts';
import type { Model } from '../model/model.ts';
import { resolve } from '../model/resolve.ts';
import type { Specification } from '../model/specification.ts';
import type { Aspect, Facts } from './fact.ts';

export interface Drafted {
  /** As the facts have it, for code frames. */
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly specification: Specification | undefined;
  /** Undefined where the facts make no model. */
  readonly model: Model | undefined;
}

export const draftFile = 'spec.swin';

/** Resolves what the facts say, with everything that the rules find wrong with it. */
export function draft(name: string, facts: Facts): Drafted {
  const text = `swin 1\nmodel ${name} {\n${linesOf(facts).join('\n')}\n}\n`;
  const { value, diagnostics } = resolve(draftFile, memoryHost({ [draftFile]: text }));
  const [found] = value.models;
  const model = hasErrors(diagnostics) ? undefined : found?.model;
  return { text, diagnostics, specification: found?.specification, model };
}

/** Formatted; `documentation` is one line, and `assertion` what follows `assert`. */
export function writeSpec(
  specification: Specification,
  { documentation, assertion }: { readonly documentation: string; readonly assertion: string | undefined },
): string {
  const plain = canonicalText(specification, isStated);
  // A file's name may hold anything.
  const line = documentation.replaceAll(/\p{Cc}/gu, ' ');
  const documented = plain.replace('\nmodel ', () => `\n/// ${line}\nmodel `);
  const text = assertion === undefined ? documented : documented.replace(/\}\n$/, `  assert ${assertion}\n}\n`);
  return print(parse({ file: draftFile, text }).value);
}

/** A part that merely follows another field has that one's setting. */
const isStated = ({ path, settings }: CanonicalField): boolean => settings.some(({ field }) => field === path);

/** What the language takes for granted, and few specs say. */
const defaults: Readonly<Partial<Record<Aspect, string>>> = {
  clamp: 'on',
  pad: 'error',
  'norm.placement': 'pre',
  attention: 'dot',
  position: 'table',
  'qkv.bias': 'on',
  'features.norm': 'none',
};

const followers: readonly Aspect[] = ['patch.norm', 'merge.norm', 'final.norm'];

function isPlain(aspect: Aspect, text: string, facts: Facts): boolean {
  return defaults[aspect] === text || (followers.includes(aspect) && facts.get('norm')?.text === text);
}

function linesOf(facts: Facts): readonly string[] {
  const input = `input = image(${facts.get('size')?.text}, ${facts.get('channels')?.text})`;
  const own = [...facts].filter(([aspect, { text }]) => isModelField(aspect) && !isPlain(aspect, text, facts));
  const fields = own.map(([aspect]) => `${aspect} = ${assignedText(aspect, facts)}`);
  const patches = [...facts].flatMap(([aspect, { text }]) => {
    const [, stage, field] = /^stage (\d+)\.(.+)$/.exec(aspect) ?? [];
    return stage === undefined ? [] : [{ stage, line: `${field} = ${text}` }];
  });
  const blocks = [...new Set(patches.map(({ stage }) => stage))].map((number) => {
    const lines = patches.filter(({ stage }) => stage === number).map(({ line }) => line);
    return `stage ${number} {\n${lines.join('\n')}\n}`;
  });
  return [input, ...fields, ...blocks];
}

/** A continuous position has the windows that it was trained with among its arguments. */
function assignedText(aspect: Aspect, facts: Facts): string {
  const text = facts.get(aspect)?.text ?? '';
  const pretrained = facts.get('pretrained')?.text ?? 'same';
  if (aspect !== 'position' || pretrained === 'same' || !text.startsWith('continuous')) return text;
  return text.replace(/\)$/, `, pretrained_window: ${pretrained})`);
}
