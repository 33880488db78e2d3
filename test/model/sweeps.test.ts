import assert from 'node:assert/strict';
import { test } from 'uvu';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import { allModels, resolve } from '../../compiler/model/resolve.ts';
import { selectModel, selectTarget } from '../../compiler/model/select.ts';

const base = `swin 1
model base {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = 4
}
`;

function read(text: string, files: Readonly<Record<string, string>> = {}) {
  return resolve('a.swin', memoryHost({ 'a.swin': text, ...files }));
}

function sweepOf(body: string) {
  const { value, diagnostics } = read(`${base}sweep s extends base {\n${body}\n}\n`);
  const errors = diagnostics.filter(({ severity }) => severity !== 'note');
  return { names: value.sweeps[0]?.variants.map(({ name }) => name) ?? [], errors, value };
}

function codes(body: string): readonly string[] {
  return sweepOf(body).errors.map(({ code }) => code);
}

test('several `vary` make their product, the last one changing fastest', () => {
  const { names, errors, value } = sweepOf('vary window in [4, [8, 4]]\nvary act in [gelu(tanh), relu]');
  assert.deepEqual(errors, []);
  assert.deepEqual(names, [
    's[window=4,act=gelu(tanh)]',
    's[window=4,act=relu]',
    's[window=8,4,act=gelu(tanh)]',
    's[window=8,4,act=relu]',
  ]);
  const models = value.sweeps[0]?.variants.map(({ model }) => model);
  assert.deepEqual(
    models?.map((model) => [model?.stages[0]?.blocks[0]?.window.height, model?.stages[0]?.activation]),
    [
      [4, 'gelu-tanh'],
      [4, 'relu'],
      [8, 'gelu-tanh'],
      [8, 'relu'],
    ],
  );
});

test('a case may set what a model may set', () => {
  const { errors, value } = sweepOf(
    'case "deep" {\nshift = off\nstage 2 { depth = 6 }\nassert params > 0\n}\ncase "as is" { window = 4 }',
  );
  assert.deepEqual(errors, []);
  const [deep, asIs] = value.sweeps[0]?.variants ?? [];
  assert.deepEqual([deep?.name, asIs?.label], ['s["deep"]', '"as is"']);
  assert.deepEqual(
    deep?.model?.stages.map(({ blocks }) => blocks.length),
    [2, 6],
  );
  assert.deepEqual([deep?.assertions.length, asIs?.assertions.length], [1, 0]);
});

test('names spell numbers, calls and records one way', () => {
  assert.deepEqual(sweepOf('vary mlp in [2.50, 1k]').names, ['s[mlp=2.5]', 's[mlp=1000]']);
  assert.deepEqual(sweepOf('vary norm in [batch( per : token ), layer]').names, [
    's[norm=batch(per:token)]',
    's[norm=layer]',
  ]);
  assert.deepEqual(sweepOf('vary preprocess in [{ crop = [32, 32], resize = 40 }]').names, [
    's[preprocess={crop=[32,32],resize=40}]',
  ]);
});

test('an assertion of the sweep holds for every variant, and says for which it fails', () => {
  const { value } = sweepOf('vary mlp in [2, 4]\nassert params < 1M');
  assert.deepEqual(
    value.sweeps[0]?.variants.map(({ assertions }) => assertions.length),
    [1, 1],
  );
});

test('a mistake in a sweep is reported once, wherever the variants are many', () => {
  assert.deepEqual(codes('vary windw in [4, 8]'), ['SW100']);
  assert.deepEqual(codes('vary window in [4, [5, 4], [6, 4]]\nvary act in [gelu, relu]'), ['SW201', 'SW201']);
  assert.deepEqual(codes('vary window in 4'), ['SW103']);
  assert.deepEqual(codes('vary window in []'), ['SW041']);
  assert.deepEqual(codes(''), ['SW041']);
  assert.deepEqual(codes('vary window in [4, 8]\nvary window in [2]'), ['SW101']);
  assert.deepEqual(codes('window = 4\nvary act in [relu]'), ['SW009']);
  assert.deepEqual(codes('stage 1 { window = 4 }\nvary act in [relu]'), ['SW009']);
  assert.deepEqual(codes('case "a" { }\ncase "a" { act = relu }'), ['SW042']);
  assert.deepEqual(codes('case "a" { vary act in [relu] }'), ['SW009']);
  assert.deepEqual(codes('vary act in [relu]\nassert parms > 0'), ['SW300']);
});

test('a sweep without a sound base has no variants, and only the base is blamed', () => {
  const broken = base.replace('window  = 4', 'window  = [5, 4]');
  const { value, diagnostics } = read(`${broken}sweep s extends base { vary act in [gelu, relu] }\n`);
  assert.deepEqual([value.sweeps[0]?.variants.length, diagnostics.map(({ code }) => code)], [0, ['SW201']]);
  assert.deepEqual(
    read(`${base}sweep s extends bas { vary act in [relu] }\n`).diagnostics.map(({ code }) => code),
    ['SW031'],
  );
});

test('the variants of all sweeps of a file count together, and an impossible product costs nothing', () => {
  const values = Array.from({ length: 64 }, (_, index) => index + 1).join(', ');
  const axes = ['mlp', 'classes', 'dim', 'preprocess.resize', 'window'].map((field) => `vary ${field} in [${values}]`);
  assert.deepEqual(codes(axes.join('\n')), ['SW043']);
  const half = `vary mlp in [${values}]\nvary classes in [${values}]`;
  const { diagnostics } = read(
    `${base}sweep s extends base {\n${half}\n}\nsweep t extends base { vary act in [relu] }\n`,
  );
  assert.deepEqual(
    diagnostics.map(({ code, span }) => `${code} ${span.line}`),
    ['SW043 15'],
  );
});

test('a variant is found by its name, without quotes and with spaces too', () => {
  const { value } = sweepOf('case "first stage" { shift = [on, off] }\ncase "b" { shift = off }');
  const named = (name: string | undefined): string | undefined => selectModel(value, name).value?.name;
  assert.equal(named('s["first stage"]'), 's["first stage"]');
  assert.equal(named('s[first stage]'), 's["first stage"]');
  assert.equal(named('s[b]'), 's["b"]');
  assert.equal(named('base'), 'base');
  assert.deepEqual([named('s'), named('s[c]'), named(undefined)], [undefined, undefined, undefined]);
  assert.equal(selectTarget(value, 's').value?.kind, 'sweep');
  const help = selectModel(value, 's[d]').diagnostics[0]?.help;
  assert.ok(help?.includes('s["b"]'), help);
});

test('`import … as` qualifies names, and two files can share names', () => {
  const other = base.replace('window  = 4', 'window  = 8');
  const text = `swin 1
import "./one.swin" as one
import "./two.swin" as two
model a extends one.base { act = relu }
sweep s extends two.base { vary act in [gelu, relu] }
`;
  const { value, diagnostics } = read(text, { 'one.swin': base, 'two.swin': other });
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
  assert.deepEqual(
    allModels(value).map(({ name, model }) => `${name} ${model?.stages[0]?.blocks[0]?.window.height}`),
    ['a 4', 's[act=gelu] 8', 's[act=relu] 8'],
  );
});

test('a name that an alias does not bring is an error that says what to write', () => {
  const complaint = (text: string): string => {
    const [first] = read(text, { 'one.swin': base, 'two.swin': base }).diagnostics;
    return `${first?.code} ${first?.help}`;
  };
  const one = 'swin 1\nimport "./one.swin" as one\n';
  assert.equal(complaint(`${one}model a extends base { }\n`), 'SW031 import the file that declares the model');
  assert.equal(complaint(`${one}model a extends one.bse { }\n`), 'SW031 did you mean `one.base`?');
  assert.equal(
    complaint(`${one}model a extends three.base { }\n`),
    'SW031 nothing is imported as `three`: write `import "./FILE.swin" as three`',
  );
  assert.equal(
    complaint(`${one}import "./two.swin" as one\nmodel a extends one.base { }\n`),
    'SW030 give one of them another name',
  );
  assert.equal(complaint(`${one}import "./one.swin" as one\nmodel a extends one.base { }\n`), 'undefined undefined');
});

test('a sweep has no heirs', () => {
  const { diagnostics } = read(`${base}sweep s extends base { vary act in [relu] }\nmodel a extends s { }\n`);
  assert.deepEqual(
    diagnostics.map(({ code, message }) => `${code} ${message}`),
    ['SW031 `s` is a sweep, not a model'],
  );
});

test.run();
