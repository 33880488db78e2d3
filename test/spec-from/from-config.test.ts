/** What the configs of other libraries imply, against the specs of the models that they are of. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { canonicalText } from '../../compiler/model/canonical.ts';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import { resolve } from '../../compiler/model/resolve.ts';
import { factsOfConfig } from '../../compiler/spec-from/from-config.ts';
import { specFrom } from '../../compiler/spec-from/spec-from.ts';
import { specFiles } from '../support/spec-files.ts';

const small = { depths: [2, 2, 6, 2], num_heads: [3, 6, 12, 24] } as const;

const huggingFace = {
  architectures: ['SwinForImageClassification'],
  model_type: 'swin',
  image_size: 224,
  patch_size: 4,
  num_channels: 3,
  embed_dim: 96,
  ...small,
  window_size: 7,
  mlp_ratio: 4.0,
  qkv_bias: true,
  hidden_act: 'gelu',
  use_absolute_embeddings: false,
  layer_norm_eps: 1e-5,
  id2label: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [index, `class ${index}`])),
} as const;

const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const timm = (architecture: string, side: number) => ({
  architecture,
  num_classes: 1000,
  pretrained_cfg: {
    input_size: [3, side, side],
    interpolation: 'bicubic',
    crop_pct: 0.9,
    crop_mode: 'center',
    ...imageNet,
  },
});

const swinV2 = {
  ...huggingFace,
  model_type: 'swinv2',
  image_size: 256,
  pretrained_window_sizes: [0, 0, 0, 0],
} as const;
const microsoft = (shape: object, type = 'swin', size = 224) => ({
  MODEL: { TYPE: type, NAME: 'some_swin', [type.toUpperCase()]: shape },
  DATA: { IMG_SIZE: size },
});
const base = { EMBED_DIM: 128, DEPTHS: [2, 2, 18, 2], NUM_HEADS: [4, 8, 16, 32] } as const;

/** A config, and the model of `specs/` that it is of. */
const configs: readonly (readonly [what: string, config: unknown, file: string, model: string])[] = [
  ['a Swin of Hugging Face', huggingFace, 'swin-t.swin', 'swin-t'],
  ['one that leaves out what the class has anyway', { model_type: 'swin', num_labels: 1000 }, 'swin-t.swin', 'swin-t'],
  ['a Swin V2 of Hugging Face', { ...swinV2, window_size: 8 }, 'swinv2-t.swin', 'swinv2-t'],
  ["timm's Swin-T", timm('swin_tiny_patch4_window7_224', 224), 'swin-t.swin', 'swin-t'],
  ["timm's Swin-B", timm('swin_base_patch4_window7_224', 224), 'swin-b.swin', 'swin-b'],
  [
    'a flat config',
    { architecture: 'swin_small_patch4_window7_224', num_classes: 1000, input_size: [3, 224, 224] },
    'swin-s.swin',
    'swin-s',
  ],
  ["timm's Swin V2-T", timm('swinv2_tiny_window8_256', 256), 'swinv2-t.swin', 'swinv2-t'],
  ["microsoft's defaults", microsoft({}), 'swin-t.swin', 'swin-t'],
  ["microsoft's Swin-B", microsoft(base), 'swin-b.swin', 'swin-b'],
  ["microsoft's Swin V2-B", microsoft({ ...base, WINDOW_SIZE: 8 }, 'swinv2', 256), 'swinv2-b.swin', 'swinv2-b'],
];

const withoutPreparation = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/preprocess\.|^model /.test(line))
    .join('\n');

function textOf(config: unknown): string {
  const answer = specFrom({
    name: 'told',
    readings: [factsOfConfig(config, 'config.json')],
    flags: new Map(),
    tensors: undefined,
    documentation: 'A test.',
  });
  if (answer.kind !== 'spec') throw new Error(JSON.stringify(answer));
  return answer.text;
}

for (const [what, config, file, name] of configs) {
  test(`${what} is ${name}`, () => {
    const host = memoryHost({ ...Object.fromEntries(specFiles()), 'told.swin': textOf(config) });
    const [told] = resolve('told.swin', host).value.models;
    const expected = resolve(file, host).value.models.find((model) => model.name === name);
    assert.ok(told?.specification && expected?.specification);
    if (!told?.specification || !expected?.specification) return;
    const [found, wanted] = [told.specification, expected.specification].map((each) => canonicalText(each));
    assert.is(withoutPreparation(found ?? ''), withoutPreparation(wanted ?? ''));
  });
}

/** A line of the spec, and the config that leads to it. */
const lines: readonly (readonly [line: RegExp, config: unknown])[] = [
  [/norm += layer\(eps: 1e-6\)/, { ...huggingFace, layer_norm_eps: 1e-6 }],
  [/merge\.norm += layer\(eps: 1e-5\)/, { ...huggingFace, layer_norm_eps: 1e-6 }],
  [/act += gelu\(tanh\)/, { ...huggingFace, hidden_act: 'gelu_new' }],
  [/qkv\.bias += off/, { ...huggingFace, qkv_bias: false }],
  [/classes += 0/, { ...huggingFace, architectures: ['SwinModel'] }],
  [/mlp += 2\.5/, { ...huggingFace, mlp_ratio: 2.5 }],
  [/pad += before-shift/, { ...huggingFace, image_size: 256 }],
  [/clamp += off/, { ...huggingFace, image_size: [224, 192], window_size: 8 }],
  [/pretrained_window: \[12, 12, 12, 6\]/, { ...swinV2, window_size: 16, pretrained_window_sizes: [12, 12, 12, 6] }],
  [/window += \[7, 7, 14, 7\]/, timm('swin_s3_tiny_224', 224)],
  [/preprocess\.resize += 248/, timm('swin_tiny_patch4_window7_224', 224)],
  [/pretrained_window: \[12, 12, 12, 6\]/, timm('swinv2_base_window12to16_192to256', 256)],
  [/dim += 192/, timm('swinv2_large_window12_192', 192)],
  [
    /window += \[14, 7, 7, 7\]/,
    { ...timm('swin_tiny_patch4_window7_224', 224), model_args: { window_size: [14, 7, 7, 7] } },
  ],
  [/patch\.norm += none/, microsoft({ PATCH_NORM: false })],
];

for (const [line, config] of lines) {
  test(`a config leads to ${line.source}`, () => assert.match(textOf(config), line));
}

const refused: readonly (readonly [message: RegExp, config: unknown])[] = [
  [/of no library that is known: Hugging Face's have `model_type`/, {}],
  [/is no object/, [1]],
  [/the config is of a `vit`/, { model_type: 'vit' }],
  [/no spec can say absolute position embeddings/, { ...huggingFace, use_absolute_embeddings: true }],
  [/hidden_act is `tanh`/, { ...huggingFace, hidden_act: 'tanh' }],
  [/hidden_act is `constructor`/, { ...huggingFace, hidden_act: 'constructor' }],
  [/depths should be a list of whole numbers in the config, and is "2,2"/, { ...huggingFace, depths: '2,2' }],
  [/window_size should be a whole number/, { ...huggingFace, window_size: -7 }],
  [/the architecture swinv2_cr_tiny_ns_224 is none that is known/, timm('swinv2_cr_tiny_ns_224', 224)],
  [/model_args has rope/, { ...timm('swin_tiny_patch4_window7_224', 224), model_args: { rope: true } }],
  [/no input_size/, { architecture: 'swin_tiny_patch4_window7_224' }],
  [/MODEL\.TYPE is swin_moe/, { MODEL: { TYPE: 'swin_moe' } }],
  [/APE is true/, microsoft({ APE: true })],
];

for (const [message, config] of refused) {
  test(`refuses a config: ${message.source}`, () => assert.throws(() => factsOfConfig(config, 'config.json'), message));
}

test.run();
