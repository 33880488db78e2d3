/** Where values come from: each sample is a line of heirs, a field, and what its history says. */
import assert from 'node:assert/strict';
import { test } from 'uvu';
import { type FieldPath, historyOf } from '../../compiler/model/history.ts';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import { resolve } from '../../compiler/model/resolve.ts';

const base = `swin 1
model a {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = 4
}
`;

/** `heirs` are the blocks of the models b, c, d…, each extending the one before. */
function story(heirs: readonly string[], path: FieldPath): readonly string[] {
  const names = ['a', 'b', 'c', 'd'];
  const models = heirs.map((body, index) => `model ${names[index + 1]} extends ${names[index]} {\n${body}\n}\n`);
  const { value } = resolve('a.swin', memoryHost({ 'a.swin': base + models.join('') }));
  const { specification, lineage = [] } = value.models.at(-1) ?? {};
  assert.ok(specification !== undefined);
  const { fields, follows, isDefault, steps, clampings } = historyOf({ specification, lineage }, path);
  return [
    ...fields.map((field) => `${field.path} = ${field.text}`),
    ...(follows === undefined ? [] : [`follows ${follows}`]),
    ...(isDefault ? ['default'] : []),
    ...steps.map(({ setting, fate, stages }) => {
      const of = setting.stage === undefined ? '' : `stage ${setting.stage} `;
      return `${setting.model} ${of}${setting.field}: ${fate}${stages.length > 0 ? ` ${stages.join(' ')}` : ''}`;
    }),
    ...clampings.map(({ stage, asked, clamped }) => `stage ${stage}: ${asked.height} to ${clamped.height}`),
  ];
}

const whole = (field: Extract<FieldPath, { stage: undefined }>['field']): FieldPath => ({ stage: undefined, field });

const samples: readonly (readonly [string, readonly string[], FieldPath, readonly string[]])[] = [
  ['a field that is set once', [''], whole('dim'), ['dim = 16', 'a dim: decides']],
  ['a default', [''], whole('clamp'), ['clamp = on', 'default']],
  ['an heir', ['dim = 32'], whole('dim'), ['dim = 32', 'a dim: overridden', 'b dim: decides']],
  [
    'a patch decides for its stage',
    ['stage 2 { depth = 6 }'],
    whole('depths'),
    ['depths = [2, 6]', 'a depths: decides 1', 'b stage 2 depth: decides 2'],
  ],
  [
    'the same, asked of the stage',
    ['stage 2 { depth = 6 }\nstage 1 { depth = 1 }'],
    { stage: 2, field: 'depth' },
    ['stage 2.depth = 6', 'a depths: overridden', 'b stage 2 depth: decides 2'],
  ],
  [
    'a patch that an heir discards',
    ['stage 2 { depth = 6 }', 'depths = [1, 1]'],
    whole('depths'),
    ['depths = [1, 1]', 'a depths: overridden', 'b stage 2 depth: discarded', 'c depths: decides 1 2'],
  ],
  [
    'a patch over a patch',
    ['stage 2 { depth = 6 }', 'stage 2 { depth = 8 }'],
    { stage: 2, field: 'depth' },
    ['stage 2.depth = 8', 'a depths: overridden', 'b stage 2 depth: overridden', 'c stage 2 depth: decides 2'],
  ],
  [
    'one stage is patched, the others have the default',
    ['stage 2 { act = relu }'],
    whole('act'),
    ['act = gelu', 'stage 2.act = relu', 'default', 'b stage 2 act: decides 2'],
  ],
  [
    'a part follows the norm of the model and not the patches of it',
    ['norm = none', 'norm = batch(per: channel)\nstage 1 { norm = none }'],
    whole('merge.norm'),
    ['merge.norm = batch(per: channel, eps: 1e-5)', 'follows norm', 'b norm: overridden', 'c norm: decides'],
  ],
  [
    'a part with a line of its own follows nothing',
    ['norm = batch(per: channel)\nmerge.norm = none'],
    whole('merge.norm'),
    ['merge.norm = none', 'b merge.norm: decides'],
  ],
  [
    'preprocessing follows the input',
    [''],
    whole('preprocess.crop'),
    ['preprocess.crop = 32', 'follows input', 'a input: decides'],
  ],
  [
    'clamping changes what is written',
    ['window = [16, 16]'],
    whole('window'),
    ['window = 16', 'a window: overridden', 'b window: decides 1 2', 'stage 2: 16 to 8'],
  ],
  [
    'a cycle is clamped block by block',
    ['stage 2 {\n  depth = 4\n  window = cycle(8, 16)\n}'],
    { stage: 2, field: 'window' },
    ['stage 2.window = cycle(8, 16)', 'a window: overridden', 'b stage 2 window: decides 2', 'stage 2: 16 to 8'],
  ],
  [
    'a shift stops where one window covers the grid',
    ['window = [4, 8]'],
    whole('shift'),
    ['shift = on', 'default', 'stage 2: 4 to 0'],
  ],
];

for (const [name, heirs, path, expected] of samples) {
  test(name, () => assert.deepEqual(story(heirs, path), expected));
}

test.run();
