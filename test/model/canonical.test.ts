/** The laws of the canonical text: it means the same model, it is its own canonical text, and it is the only one. */
import assert from 'node:assert/strict';
import { test } from 'uvu';
import { canonicalFields, canonicalText } from '../../compiler/model/canonical.ts';
import { modelFields, stageFields } from '../../compiler/model/fields/table.ts';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import { type Resolution, type ResolvedModel, resolve } from '../../compiler/model/resolve.ts';
import type { Specification } from '../../compiler/model/specification.ts';
import { hasErrors } from '../../grammar/diagnostic.ts';
import { isFullRun } from '../support/scale.ts';
import { specFiles } from '../support/spec-files.ts';
import { wantedModels } from '../support/wanted-models.ts';

const specs = specFiles();
const specHost = memoryHost(Object.fromEntries(specs));

function resolveText(text: string): Resolution {
  return resolve('a.swin', memoryHost({ 'a.swin': text }));
}

function specificationOf(text: string, name?: string): Specification {
  const { value, diagnostics } = resolveText(text);
  const found = value.models.find((model) => name === undefined || model.name === name);
  assert.ok(found?.specification !== undefined, `${text}\n${diagnostics.map(({ message }) => message).join('\n')}`);
  return found.specification;
}

const severe = ({ diagnostics }: Resolution): ReadonlySet<string> =>
  new Set(diagnostics.flatMap(({ severity, code }) => (severity === 'note' ? [] : [`${severity} ${code}`])));

function checkLaws({ specification, model }: ResolvedModel, known: ReadonlySet<string>): void {
  assert.ok(specification !== undefined);
  const text = canonicalText(specification);
  const again = resolveText(text);
  const [resolved] = again.value.models;
  assert.ok(resolved?.specification !== undefined, text);
  assert.deepEqual(resolved.model, model, text);
  assert.equal(canonicalText(resolved.specification), text);
  assert.deepEqual(
    [...severe(again)].filter((found) => !known.has(found)),
    [],
    text,
  );
}

for (const file of specs.keys()) {
  test(`${file}: the canonical text means the same model and is its own canonical text`, () => {
    const resolution = resolve(file, specHost);
    assert.ok(resolution.value.models.length > 0 && !hasErrors(resolution.diagnostics));
    for (const resolved of resolution.value.models) checkLaws(resolved, severe(resolution));
  });
}

test('generated models: the laws hold, and every way to write a model has one canonical text', () => {
  const cases = isFullRun ? 5000 : 200;
  let built = 0;
  for (let seed = 0; seed < cases; seed += 1) {
    const texts = wantedModels(seed).map((text) => {
      const resolution = resolveText(text);
      const resolved = resolution.value.models.find(({ name }) => name === 'wanted');
      assert.ok(resolved?.specification !== undefined, text);
      checkLaws(resolved, severe(resolution));
      if (resolved.model !== undefined) built += 1;
      return canonicalText(resolved.specification);
    });
    assert.equal(new Set(texts).size, 1, texts.join('\n'));
  }
  assert.ok(built > cases / 2, `only ${built} of the texts of ${cases} models are models without errors`);
});

const base = `swin 1
model base {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2, 2, 2]
  heads   = [2, 4, 8, 16]
  window  = 4
}
`;

/** The fields of an heir of `base` that differ from those of `base`, and where they come from. */
function changes(body: string, parent = ''): readonly string[] {
  const old = new Map(canonicalFields(specificationOf(base)).map(({ path, text }) => [path, text]));
  const heir = specificationOf(
    `${base}${parent}model heir extends ${parent === '' ? 'base' : 'middle'} {\n${body}\n}\n`,
    'heir',
  );
  return canonicalFields(heir)
    .filter(({ path, text }) => old.get(path) !== text)
    .map(({ path, text, settings }) => {
      const places = settings.map(({ model, field, stage }) => `${model} ${stage ?? ''}${field}`);
      return `${path} = ${text}, from ${places.join(', ')}`;
    });
}

const samples: readonly (readonly [string, body: string, expected: readonly string[]])[] = [
  ['nothing', '', []],
  ['a list of equal values is the value', 'window = [size(4, 4), 4, 4, 4]', []],
  ['a patch becomes an item', 'stage 3 { depth = 12 }', ['depths = [2, 2, 12, 2], from heir 3depth, base depths']],
  [
    'patches of every stage leave nothing of the list',
    'stage 1 { window = 2 }\nstage 2 { window = 2 }\nstage 3 { window = 2 }\nstage 4 { window = global }',
    ['window = [2, 2, 2, global], from heir 1window, heir 2window, heir 3window, heir 4window'],
  ],
  [
    'a cycle is a field of its stage, and the list does not change for it',
    'stage 3 {\n  window = cycle(2, size(2, 4))\n  shift = cycle(0, 1)\n}',
    ['stage 3.window = cycle(2, size(2, 4)), from heir 3window', 'stage 3.shift = cycle(0, 1), from heir 3shift'],
  ],
  ['an amount too', 'stage 1 { shift = size(1, 2) }', ['stage 1.shift = size(1, 2), from heir 1shift']],
  ['a scalar that one stage has otherwise', 'stage 2 { mlp = 3 }', ['stage 2.mlp = 3, from heir 2mlp']],
  [
    'a scalar that most stages have otherwise',
    'stage 1 { act = relu }\nstage 2 { act = relu }\nstage 4 { act = relu }',
    ['act = relu, from heir 1act, heir 2act, heir 4act', 'stage 3.act = gelu, from '],
  ],
  [
    'the parts follow the norm',
    'norm = batch(per: channel)\nmerge.norm = none',
    [
      'patch.norm = batch(per: channel, eps: 1e-5), from heir norm',
      'norm = batch(per: channel, eps: 1e-5), from heir norm',
      'merge.norm = none, from heir merge.norm',
      'final.norm = batch(per: channel, eps: 1e-5), from heir norm',
    ],
  ],
  [
    'preprocessing follows the input',
    'input = image(64, 32, 1)',
    [
      'input = image(64, 32, 1), from heir input',
      'preprocess.resize = [73, 37], from heir input',
      'preprocess.crop = [64, 32], from heir input',
      'preprocess.mean = [0.5], from heir input',
      'preprocess.std = [0.5], from heir input',
    ],
  ],
  [
    'a square is not its shorter side',
    'preprocess.resize = [37, 37]',
    ['preprocess.resize = [37, 37], from heir preprocess.resize'],
  ],
  [
    'numbers have one spelling',
    'mlp = 0.000_01\npreprocess = { mean = [1e-3, 0.000999, -1.50] }',
    ['mlp = 1e-5, from heir mlp', 'preprocess.mean = [0.001, 9.99e-4, -1.5], from heir preprocess.mean'],
  ],
  [
    'Swin V2',
    'position = continuous(pretrained_window: [8, 8, 8, 6])\nqkv.bias = q-v',
    [
      'position = continuous(hidden: 512, pretrained_window: [8, 8, 8, 6]), from heir position',
      'qkv.bias = q-v, from heir qkv.bias',
    ],
  ],
];

for (const [name, body, expected] of samples) {
  test(name, () => assert.deepEqual(changes(body), expected));
}

test("an heir's own patch comes before an inherited one, and patches before the field", () => {
  assert.deepEqual(changes('stage 4 { depth = 4 }', 'model middle extends base {\n  stage 1 { depth = 1 }\n}\n'), [
    'depths = [1, 2, 2, 4], from heir 4depth, middle 1depth, base depths',
  ]);
});

test('a list is one setting, whichever of its items count', () => {
  const fields = canonicalFields(specificationOf(`${base}model a extends base {\n  window = [4, 4, 2, 2]\n}\n`, 'a'));
  const [setting, ...others] = fields.find(({ path }) => path === 'window')?.settings ?? [];
  assert.deepEqual(others, []);
  assert.deepEqual(setting?.value.span, { line: 12, column: 12, endLine: 12, endColumn: 24 });
});

test('every field of the table is written, in its order, and again by stage where a stage differs', () => {
  const fields = canonicalFields(specificationOf(base));
  assert.deepEqual(
    fields.map(({ path }) => path),
    Object.keys(modelFields),
  );
  const other: Readonly<Record<string, string>> = {
    depth: '3',
    heads: '1',
    window: 'cycle(2, 4)',
    shift: 'cycle(1)',
    mlp: '3',
    norm: 'none',
    act: 'silu',
  };
  for (const field of Object.keys(stageFields)) {
    assert.ok(other[field] !== undefined, `another value of the stage field \`${field}\` is missing in this test`);
    assert.equal(changes(`stage 2 { ${field} = ${other[field]} }`).length, 1);
  }
});

test('the text is laid out plainly', () => {
  const text = canonicalText(specificationOf(`${base}model a extends base {\n  stage 2 { act = silu }\n}\n`, 'a'));
  assert.match(text, /^swin 1\nmodel a \{\n {2}input = image\(32, 32, 3\)\n {2}classes = 10\n/);
  assert.match(text, /\n {2}preprocess\.std = .*\n {2}stage 2 \{\n {4}act = silu\n {2}\}\n\}\n$/);
});

test('the name of a variant becomes one that the language can read', () => {
  const specification = { ...specificationOf(base), name: 'table5["0111",window=7,14]' };
  assert.equal(specificationOf(canonicalText(specification)).name, 'table5-0111-window-7-14');
});

test.run();
