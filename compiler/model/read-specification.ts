import { diagnose } from '../../grammar/diagnostic.ts';
import type { Owner } from './blame.ts';
import { layerNorm, noNorm } from './fields/norm.ts';
import { alternatives } from './fields/reader.ts';
import { square } from './fields/size.ts';
import { type ModelField, type ModelFieldValue, modelFields } from './fields/table.ts';
import type { Report } from './load.ts';
import type { Norm } from './model.ts';
import { defaultResize, defaultStatistics } from './preprocess.ts';
import { readStages } from './read-stages.ts';
import type { Declared } from './scope.ts';
import type { Settings } from './settings.ts';
import type { Given, Specification } from './specification.ts';

/** Reads a model's fields with their defaults; undefined when one is missing or cannot be read. Reports all of those. */
export function readSpecification(declared: Declared, settings: Settings, report: Report): Specification | undefined {
  reportMissing(declared, settings, report);
  const { name } = declared.declaration;
  const owner: Owner = { name: name.text, file: declared.file, span: name.span };
  const read = fieldReader(settings, report);
  const norm = read('norm', byDefault(layerNorm));
  const whole = readWhole(read, norm);
  const preprocess = readPreprocess(read, whole.input);
  const perStage = {
    depths: read('depths'),
    heads: read('heads'),
    window: read('window'),
    shift: read('shift', byDefault({ kind: 'every', value: { kind: 'on' } })),
    mlp: read('mlp', byDefault(4)),
    norm,
    activation: read('act', byDefault('gelu')),
  };
  const stages = isComplete(perStage) ? readStages(owner, perStage, settings, report) : undefined;
  if (!isComplete(whole) || !isComplete(preprocess) || stages === undefined) return undefined;
  return { ...owner, ...whole, ...preprocess, stages };
}

type ReadField = <Name extends ModelField>(
  name: Name,
  fallback?: Given<ModelFieldValue<Name>>,
) => Given<ModelFieldValue<Name>> | undefined;

function fieldReader(settings: Settings, report: Report): ReadField {
  return (name, fallback) => {
    const setting = settings.fields.get(name);
    if (setting === undefined) return fallback;
    const { read, documentation } = modelFields[name];
    const value = read(setting.value, (finding) => report(diagnose(setting.file, { help: documentation, ...finding })));
    return value === undefined ? undefined : { value, setting };
  };
}

function byDefault<Value>(value: Value): Given<Value> {
  return { value, setting: undefined };
}

/** A default that is made of another field's value comes from wherever that does. */
function follow<From, Value>(given: Given<From> | undefined, make: (value: From) => Value): Given<Value> | undefined {
  return given === undefined ? undefined : { value: make(given.value), setting: given.setting };
}

/** The norms of the parts outside of blocks are `norm` unless the text says otherwise. */
function readWhole(read: ReadField, norm: Given<Norm> | undefined) {
  return {
    input: read('input'),
    classes: read('classes'),
    patch: read('patch', byDefault(square(4))),
    patchNorm: read('patch.norm', norm),
    mergeNorm: read('merge.norm', norm),
    finalNorm: read('final.norm', norm),
    placement: read('norm.placement', byDefault('pre')),
    dim: read('dim'),
    clamp: read('clamp', byDefault('on')),
    pad: read('pad', byDefault('error')),
    attention: read('attention', byDefault('dot')),
    position: read('position', byDefault({ kind: 'table' })),
    qkvBias: read('qkv.bias', byDefault('on')),
    features: read('features', byDefault([])),
    featuresNorm: read('features.norm', byDefault(noNorm)),
  };
}

function readPreprocess(read: ReadField, input: Given<ModelFieldValue<'input'>> | undefined) {
  const statistics = follow(input, ({ channels }) => defaultStatistics(channels));
  return {
    resize: read('preprocess.resize', follow(input, defaultResize)),
    crop: read(
      'preprocess.crop',
      follow(input, ({ height, width }) => ({ height, width })),
    ),
    interpolation: read('preprocess.interpolation', byDefault('bicubic')),
    mean: read(
      'preprocess.mean',
      follow(statistics, ({ mean }) => mean),
    ),
    std: read(
      'preprocess.std',
      follow(statistics, ({ std }) => std),
    ),
  };
}

const requiredFields: readonly ModelField[] = ['input', 'classes', 'dim', 'depths', 'heads', 'window'];

function reportMissing({ declaration, file }: Declared, settings: Settings, report: Report): void {
  const missing = requiredFields.filter((field) => !settings.fields.has(field));
  if (missing.length === 0) return;
  const documentation = missing.map((field) => `${field}: ${modelFields[field].documentation}`);
  report(
    diagnose(file, {
      code: 'SW102',
      message: `\`${declaration.name.text}\` does not set ${alternatives(missing).replace(' or ', ' and ')}`,
      span: declaration.name.span,
      help: missing.length > 2 ? 'set them here, or extend a model that does' : documentation.join('; '),
    }),
  );
}

type Complete<Parts> = { readonly [Part in keyof Parts]: Exclude<Parts[Part], undefined> };

function isComplete<Parts extends Readonly<Record<string, unknown>>>(parts: Parts): parts is Parts & Complete<Parts> {
  return Object.values(parts).every((part) => part !== undefined);
}
