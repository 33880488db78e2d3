/** `swinc spec-from` as its users see it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { swinc } from './command.ts';
import { temporaryFolder } from './temporary-folder.ts';

const test = suite('swinc spec-from');
test.after(() => remove());

const { path: folder, remove } = temporaryFolder();
const file = (name: string): string => `test/data/checkpoints/${name}.safetensors`;

const v2 = ['--window', '4', '--pretrained-window', 'same'];
const plain = ['--input', '32', '--shift', 'on', '--act', 'gelu'];

/** A checkpoint, the flags that it needs, and the spec that is the same. */
const cases: readonly (readonly [name: string, flags: readonly string[], spec: string])[] = [
  ['microsoft-micro', ['--act', 'gelu'], 'micro-swin'],
  ['timm-micro', plain, 'micro-swin'],
  ['torchvision-micro', plain, 'micro-swin'],
  ['mmpretrain-micro', plain, 'micro-swin'],
  ['timm-v2-micro', [...plain, ...v2], 'micro-swinv2'],
  ['torchvision-v2-micro', plain, 'micro-swinv2'],
  ['nvidia-swin-free-micro', ['--input', '32x32', '--shift', 'off', '--act', 'gelu'], 'micro-swin-free'],
  ['nvidia-swin-free-br-micro', ['--input', '224', '--shift', 'off', '--act', 'relu'], 'micro-swin-free-br'],
];

for (const [name, flags, spec] of cases) {
  test(`${name} leads to ${spec}, which takes it`, async () => {
    const output = join(folder, `${name}.swin`);
    const { stdout, stderr, code } = await swinc(['spec-from', file(name), ...flags, '-o', output, '--name', spec]);
    assert.is(code, 0, stderr);
    assert.is(stdout, '');
    assert.match(stderr, /^depths +\[.*\] +the keys of its blocks/m);
    const checked = await swinc(['check', output]);
    assert.is(checked.code, 0, checked.stderr);
    assert.is((await swinc(['fmt', '--check', output])).code, 0);
    const hash = async (path: string): Promise<string> => (await swinc(['resolve', path, '--hash'])).stdout;
    assert.is(await hash(output), await hash(`specs/micro/${spec}.swin`));
    const imported = await swinc(['import', file(name), '--spec', output, '--strict']);
    assert.is(imported.code, 0, imported.stderr);
  });
}

test('what a file does not tell is asked for, with an example that works', async () => {
  const { stdout, stderr, code } = await swinc(['spec-from', file('timm-v2-micro'), '--input', '32']);
  assert.is(code, 2);
  assert.is(stdout, '');
  assert.match(stderr, /timm-v2-micro\.safetensors: 4 flags are missing, for what the file does not tell:\n/);
  for (const flag of ['--window', '--shift', '--act', '--pretrained-window']) assert.match(stderr, `\n  ${flag} `);
  const example = /for example: swinc (.*)\n/.exec(stderr)?.[1] ?? '';
  const again = await swinc(example.replace('--window 7', '--window 4').split(' '));
  assert.is(again.code, 0, again.stderr);
});

test('programs get the same as JSON', async () => {
  const asked = await swinc(['spec-from', file('microsoft-micro'), '--format', 'json']);
  assert.is(asked.code, 2);
  const { formatVersion, text, facts, missing } = JSON.parse(asked.stdout);
  assert.equal([formatVersion, text, missing.length], ['1.0', null, 1]);
  assert.equal([missing[0].flag, missing[0].example], ['--act', 'gelu']);
  assert.ok(
    facts.some(({ field, value }: { field: string; value: string }) => field === 'input' && value === '32, 32'),
  );
  const told = await swinc(['spec-from', file('microsoft-micro'), '--act', 'gelu', '--format', 'json']);
  assert.is(told.code, 0);
  assert.match(
    JSON.parse(told.stdout).text,
    /^swin 1\n\/\/\/ From microsoft-micro\.safetensors, microsoft's layout; --act gelu\.\n/,
  );
  assert.is(JSON.parse(told.stdout).model, 'microsoft-micro');
});

test('windows that do not fit are asked about only then', async () => {
  const given = ['spec-from', file('torchvision-micro'), '--input', '36x44', '--shift', 'on', '--act', 'gelu'];
  const asked = await swinc(given);
  assert.is(asked.code, 2);
  assert.match(
    asked.stderr,
    /a flag is missing[\s\S]*\n {2}--pad before-shift +where zeros complete grids.*torchvision/,
  );
  const told = await swinc([...given, '--pad', 'before-shift']);
  assert.is(told.code, 0, told.stderr);
  assert.match(told.stdout, /\n {2}pad +=? *= before-shift\n/);
});

const config = { architectures: ['SwinForImageClassification'], model_type: 'swin', image_size: 32, patch_size: 2 };
const shape = { embed_dim: 16, depths: [2, 2], num_heads: [2, 4], window_size: 4, num_labels: 10 };

test('a checkpoint and its config leave nothing to ask', async () => {
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify({ ...config, ...shape }));
  const weights = join(folder, 'model.safetensors');
  const spec = 'specs/micro/micro-swin.swin';
  const exported = [
    'export',
    spec,
    '--to',
    'weights',
    '--layout',
    'hf',
    '--weights',
    file('timm-micro'),
    '-o',
    weights,
  ];
  assert.is((await swinc(exported)).code, 0);
  const both = await swinc(['spec-from', weights, path, '--name', 'both']);
  assert.is(both.code, 0, both.stderr);
  assert.match(both.stderr, /^shift +on +config\.json$/m);
  const alone = await swinc(['spec-from', path]);
  assert.is(alone.code, 0, alone.stderr);
  writeFileSync(path, JSON.stringify({ ...config, ...shape, num_labels: 7 }));
  const torn = await swinc(['spec-from', weights, path]);
  assert.is(torn.code, 2);
  assert.match(torn.stderr, /classes is said to be 7 \(config\.json\) and 10 \(classifier\.weight \[10, 32\]\)/);
});

test('a config of microsoft is YAML', async () => {
  const path = join(folder, 'swin_tiny_patch4_window7_224.yaml');
  writeFileSync(path, 'MODEL:\n  TYPE: swin\n  NAME: swin_tiny\n  SWIN:\n    DEPTHS: [ 2, 2, 6, 2 ]\n');
  const { stdout, stderr, code } = await swinc(['spec-from', path]);
  assert.is(code, 0, stderr);
  assert.match(stdout, /\nmodel swin-tiny \{\n/);
  writeFileSync(path, 'MODEL: [');
  assert.is((await swinc(['spec-from', path])).code, 2);
});

test('a spec that somebody edited is not lost', async () => {
  const output = join(folder, 'edited.swin');
  writeFileSync(output, 'mine');
  const given = ['spec-from', file('microsoft-micro'), '--act', 'gelu', '-o', output];
  const kept = await swinc(given);
  assert.is(kept.code, 2);
  assert.match(kept.stderr, /exists and says something else: --force replaces it/);
  assert.is(readFileSync(output, 'utf8'), 'mine');
  assert.is((await swinc([...given, '--force'])).code, 0);
  assert.is((await swinc(given)).code, 0, 'the same again is no loss');
});

/** Arguments after the command, and what is said of them. */
const refused: readonly (readonly [parameters: readonly string[], message: RegExp])[] = [
  [[file('microsoft-micro'), '--act', 'tanh'], /act cannot be `tanh`: expected `gelu`/],
  [[file('microsoft-micro'), '--act', 'gelu }'], /act cannot be `gelu }`/],
  [
    [file('microsoft-micro'), '--act', 'gelu', '--shift', 'off'],
    /shift is said to be off \(--shift\) and on \(layers\.0\.blocks\.1\.attn_mask/,
  ],
  [[file('microsoft-micro'), '--act', 'gelu', '--set', 'act=relu'], /act is said twice/],
  [[file('microsoft-micro'), '--act', 'gelu', '--set', 'wndow=4'], /--set wants FIELD=VALUE.*did you mean `window`/],
  [[file('microsoft-micro'), '--act', 'gelu', '--set', 'input=4'], /write --input 224/],
  [[file('timm-micro'), '--input', '0'], /--input is the height and the width/],
  [[file('timm-micro'), ...plain, '--window', '8'], /relative_position_bias_table is for windows of 4x4 and not 8x8/],
  [[file('timm-micro'), '--input', '33', '--shift', 'on', '--act', 'gelu'], /SW200[\s\S]*makes no model/],
  [[file('timm-micro'), '--name', '7up'], /--name 7up: a name is letters/],
  [[file('timm-micro'), file('microsoft-micro')], /a spec is of one checkpoint/],
  [['package.json'], /package\.json: the config is of no library that is known/],
  [['nothing.safetensors'], /nothing\.safetensors: there is no such file/],
];

for (const [parameters, message] of refused) {
  test(`refuses ${parameters.slice(-2).join(' ')}`, async () => {
    const { stdout, stderr, code } = await swinc(['spec-from', ...parameters]);
    assert.is(code, 2, stderr);
    assert.is(stdout, '');
    assert.match(stderr, message);
  });
}

test.run();
