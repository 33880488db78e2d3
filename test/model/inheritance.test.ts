import assert from 'node:assert/strict';
import { test } from 'uvu';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import { resolve } from '../../compiler/model/resolve.ts';
import { modelFrom } from '../support/model.ts';

const base = `swin 1
model base {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = 4
  stage 2 { window = 8 }
  assert params > 0
}
`;

function windows(children: string, name: string): readonly number[] {
  return modelFrom(`${base}${children}`, name).stages.map((stage) => stage.blocks[0]?.window.height ?? 0);
}

test('within one model a patch wins, wherever it stands', () => {
  assert.deepEqual(windows('', 'base'), [4, 8]);
  assert.deepEqual(windows('model a extends base {\n stage 1 { window = 2 }\n window = [8, 4]\n}\n', 'a'), [2, 4]);
});

test('an heir keeps the patches of its parent until it sets the field for every stage', () => {
  assert.deepEqual(windows('model a extends base {\n stage 1 { window = 8 }\n}\n', 'a'), [8, 8]);
  assert.deepEqual(windows('model a extends base {\n window = 4\n}\n', 'a'), [4, 4]);
  assert.deepEqual(windows('model a extends base {\n shift = off\n}\n', 'a'), [4, 8]);
  assert.deepEqual(
    modelFrom(
      `${base}model a extends base {\n stage 2 { depth = 6 }\n}\nmodel b extends a {\n depths = [1, 1]\n}\n`,
      'b',
    ).stages.map((stage) => stage.blocks.length),
    [1, 1],
  );
});

test('assertions are not inherited', () => {
  const host = memoryHost({ 'a.swin': `${base}model a extends base { }\n` });
  assert.deepEqual(
    resolve('a.swin', host).value.models.map(({ name, assertions }) => [name, assertions.length]),
    [
      ['base', 1],
      ['a', 0],
    ],
  );
});

test('names are handed to the importing file and no further', () => {
  const files = {
    'base.swin': base,
    'middle.swin': 'swin 1\nimport "./base.swin"\nmodel middle extends base { }\n',
    'entry.swin': 'swin 1\nimport "./middle.swin"\nmodel entry extends base { }\n',
  };
  const { diagnostics, value } = resolve('entry.swin', memoryHost(files));
  assert.deepEqual(
    diagnostics.map(({ code, file }) => `${code} ${file}`),
    ['SW031 entry.swin'],
  );
  assert.equal(value.models[0]?.model, undefined);
});

test('files may import each other', () => {
  const files = {
    'one.swin': `${base}`.replace('swin 1\n', 'swin 1\nimport "./two.swin"\n'),
    'two.swin': 'swin 1\nimport "./one.swin"\nmodel two extends base { }\n',
  };
  assert.deepEqual(
    resolve('two.swin', memoryHost(files)).diagnostics.filter((each) => each.severity === 'error'),
    [],
  );
});

/** Codes with the place of the diagnostic and of its first note. */
function places(text: string): readonly string[] {
  return resolve('a.swin', memoryHost({ 'a.swin': text })).diagnostics.map(({ code, span, notes: [note] }) => {
    const second = note !== undefined && 'span' in note ? ` ${note.message} ${note.span.line}` : '';
    return `${code} ${span.line}:${span.column}${second}`;
  });
}

test('a finding is placed where the model disagrees with its parent, and the parent is noted', () => {
  assert.deepEqual(
    places(`${base}model a extends base {\n  heads = [3, 4]\n}\n`).filter((each) => each.startsWith('SW206')),
    ['SW206 14:12 `dim` is inherited from `base` 6'],
  );
  assert.deepEqual(places(`${base}model a extends base {\n  depths = [2, 2, 2]\n}\n`), [
    'SW204 10:22',
    'SW106 14:12 `heads` is inherited from `base` 8',
  ]);
});

test('an heir does not repeat what its parent is blamed for', () => {
  const broken = base.replace('window  = 4', 'window  = 5');
  const heirs = 'model a extends base { }\nmodel b extends a {\n  act = relu\n}\n';
  assert.deepEqual(
    places(`${broken}${heirs}`).filter((each) => each.startsWith('SW201')),
    ['SW201 9:13 `input` is set here 3'],
  );
});

test('a block of fields is the dotted fields', () => {
  const model = modelFrom(
    `${base}model a extends base {\n  preprocess = { resize = 40, interpolation = bilinear }\n  preprocess.std = [1, 1, 1]\n}\n`,
    'a',
  );
  assert.equal(model.preprocess.resize, 40);
  assert.equal(model.preprocess.interpolation, 'bilinear');
  assert.deepEqual(model.preprocess.std, [1, 1, 1]);
  assert.deepEqual(model.preprocess.mean, [0.485, 0.456, 0.406]);
});

test('every error of a file is shown in one run', () => {
  const text = `swin 1
model a {
  input   = image(30, 32)
  classes = -1
  dim     = 1.5
  depths  = [2, 0]
  heads   = 4
  window  = "7"
  shfit   = on
  norm    = batch
  clamp   = yes
  stage 9 { act = tanh }
  assert parms == 1
}
`;
  const codes = resolve('a.swin', memoryHost({ 'a.swin': text })).diagnostics.map(
    ({ code, span }) => `${span.line} ${code}`,
  );
  assert.deepEqual(codes, [
    ...[
      '3 SW105',
      '4 SW104',
      '5 SW103',
      '6 SW104',
      '7 SW103',
      '8 SW103',
      '9 SW100',
      '10 SW105',
      '11 SW103',
      '13 SW300',
    ],
  ]);
});

test.run();
