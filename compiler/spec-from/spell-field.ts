/** The one spelling of a field's value, from any that the language takes; what it does not take is refused. */
import type { Value } from '../../grammar/ast.ts';
import type { Finding } from '../../grammar/diagnostic.ts';
import { parse } from '../../grammar/parse.ts';
import {
  isModelField,
  isStageField,
  type ModelField,
  modelFields,
  type StageField,
  stageFields,
} from '../model/fields/table.ts';
import { nearest } from '../model/nearest.ts';
import { type Aspect, SpecFromError } from './fact.ts';

export function spellModelField(name: ModelField, text: string): string {
  return spell(name, text, (value, report) => readAndPrint(name, value, report));
}

export function spellStageField(name: StageField, text: string): string {
  return spell(name, text, (value, report) => readAndPrintStage(name, value, report));
}

/** `stage 2.act` or `preprocess.resize`; `input` has a flag of its own. */
export function parseSetting(text: string): readonly [Aspect, string] {
  const [, field = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  const path = field.trim();
  const [, number, name = ''] = /^stage (\d{1,2})\.(.+)$/.exec(path) ?? [];
  if (number !== undefined && isStageField(name))
    return [`stage ${Number(number)}.${name}`, spellStageField(name, value)];
  if (path === 'input') {
    throw new SpecFromError('--set does not take `input`: write --input 224, or --input 224x192');
  }
  if (isModelField(path) && path !== 'input') return [path, spellModelField(path, value)];
  const near = nearest(path, Object.keys(modelFields));
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
  throw new SpecFromError(`--set wants FIELD=VALUE, as in --set 'stage 2.act=silu', and not \`${text}\`${hint}`);
}

type Spell = (value: Value, report: (finding: Finding) => void) => string | undefined;

function spell(name: string, text: string, print: Spell): string {
  const findings: Finding[] = [];
  const value = parseValue(name, text);
  const spelled = value && print(value, (finding) => findings.push(finding));
  if (spelled !== undefined) return spelled;
  const reason = findings.map(({ message, help }) => (help === undefined ? message : `${message}: ${help}`)).join('; ');
  throw new SpecFromError(`${name} cannot be \`${text}\`: ${reason || 'write it as a spec has it'}`);
}

/** Undefined where the text is more than one value, or none. */
function parseValue(name: string, text: string): Value | undefined {
  const { value, diagnostics } = parse({ file: 'flag', text: `swin 1\nmodel m {\n${name} = ${text}\n}\n` });
  const [, model] = value.statements;
  if (diagnostics.length > 0 || model?.kind !== 'model' || value.statements.length > 2) return undefined;
  const [assignment, ...others] = model.statements;
  return assignment?.kind === 'assignment' && others.length === 0 ? assignment.value : undefined;
}

function readAndPrint<Name extends ModelField>(name: Name, ...given: Parameters<Spell>): string | undefined {
  const { read, print } = modelFields[name];
  const value = read(...given);
  return value === undefined ? undefined : print(value);
}

function readAndPrintStage<Name extends StageField>(name: Name, ...given: Parameters<Spell>): string | undefined {
  const { read, print } = stageFields[name];
  const value = read(...given);
  return value === undefined ? undefined : print(value);
}
