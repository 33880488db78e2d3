/** Whose preparation of images a model gets, and what each library's is. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import type { Model } from '../../compiler/model/model.ts';
import { resolve } from '../../compiler/model/resolve.ts';
import type { Specification } from '../../compiler/model/specification.ts';
import { choosePreprocess, type Origin } from '../../compiler/weights/choose-preprocess.ts';
import type { LayoutName } from '../../compiler/weights/layouts/layout.ts';
import { originPreprocess } from '../../compiler/weights/origin-preprocess.ts';
import { readMetadata, writeMetadata } from '../../compiler/weights/weights-metadata.ts';

interface Spec {
  readonly model: Model;
  readonly specification: Specification;
}

const fields = {
  tiny: 'dim = 96; depths = [2, 2, 6, 2]; heads = [3, 6, 12, 24]',
  small: 'dim = 96; depths = [2, 2, 18, 2]; heads = [3, 6, 12, 24]',
  base: 'dim = 128; depths = [2, 2, 18, 2]; heads = [4, 8, 16, 32]',
  other: 'dim = 32; depths = [2, 2]; heads = [2, 4]',
} as const;

const swinV2 = ['attention = cosine', 'position = continuous(hidden: 512)', 'qkv.bias = q-v', 'norm.placement = post'];

function specOf(size: keyof typeof fields, input: string, more: readonly string[] = []): Spec {
  const lines = [`input = image(${input})`, 'classes = 10', 'window = global', ...fields[size].split('; '), ...more];
  const text = `swin 1\nmodel m {\n${lines.join('\n')}\n}\n`;
  const [found] = resolve('m.swin', memoryHost({ 'm.swin': text })).value.models;
  assert.ok(found?.model && found.specification, text);
  return { model: found.model, specification: found.specification };
}

/** From semantics of the libraries' evaluation: what each published model is resized to. */
const published: readonly (readonly [LayoutName, Spec, number | readonly [number, number]])[] = [
  ['microsoft', specOf('tiny', '224, 224, 3'), 256],
  ['microsoft', specOf('tiny', '256, 256, 3', swinV2), 292],
  ['microsoft', specOf('base', '384, 384, 3'), [384, 384]],
  ['openmmlab', specOf('tiny', '256, 256, 3', swinV2), 292],
  ['timm', specOf('tiny', '224, 224, 3'), 248],
  ['timm', specOf('tiny', '256, 256, 3', swinV2), 284],
  ['timm', specOf('base', '384, 384, 3'), 384],
  ['torchvision', specOf('tiny', '224, 224, 3'), 232],
  ['torchvision', specOf('small', '224, 224, 3'), 246],
  ['torchvision', specOf('base', '224, 224, 3'), 238],
  ['torchvision', specOf('tiny', '256, 256, 3', swinV2), 260],
  ['torchvision', specOf('small', '256, 256, 3', swinV2), 260],
  ['torchvision', specOf('base', '256, 256, 3', swinV2), 272],
  ['hf', specOf('tiny', '224, 224, 3'), [224, 224]],
];

test('each library resizes its own models in its own way', () => {
  for (const [layout, { model }, expected] of published) {
    const found = originPreprocess(layout, model);
    const resize = typeof found?.resize === 'object' ? [found.resize.height, found.resize.width] : found?.resize;
    assert.equal(resize, expected, `${layout} ${model.input.height}`);
    assert.equal(found?.crop, { height: model.input.height, width: model.input.width });
    assert.equal(found?.mean, [0.485, 0.456, 0.406]);
  }
});

test('nobody has published a model of gray or oblong images, nor torchvision one of another size', () => {
  assert.is(originPreprocess('timm', specOf('tiny', '224, 224, 1').model), undefined);
  assert.is(originPreprocess('timm', specOf('tiny', '224, 448, 3').model), undefined);
  assert.is(originPreprocess('torchvision', specOf('other', '224, 224, 3').model), undefined);
});

const recorded = {
  resize: 230,
  crop: { height: 224, width: 224 },
  interpolation: 'bilinear',
  mean: [0.1, 0.2, 0.3],
  std: [1, 2, 3],
} as const;

test('the spec goes before what is recorded, and that before the origin', () => {
  const choose = ({ model, specification }: Spec, origin: Origin) => choosePreprocess(model, specification, origin);
  const plain = specOf('tiny', '224, 224, 3');
  const set = specOf('tiny', '224, 224, 3', ['preprocess.resize = 240']);
  assert.is(choose(set, { layout: 'timm', recorded }).preprocess.resize, 240);
  assert.equal(choose(plain, { layout: 'timm', recorded }).preprocess, recorded);
  assert.is(choose(plain, { layout: 'timm', recorded: undefined }).preprocess.resize, 248);
  // What was recorded for another input would not cover this one.
  const larger = specOf('tiny', '448, 448, 3');
  assert.is(choose(larger, { layout: 'timm', recorded }).preprocess.resize, 448);
  const other = choose(specOf('other', '32, 32, 3'), { layout: 'torchvision', recorded: undefined });
  assert.is(other.preprocess.resize, 37);
  assert.match(other.whose, /the spec's default, for want of one of torchvision's/);
});

test('what a file records is read back, and what makes no sense is not', () => {
  const written = writeMetadata({ layout: 'hf', source: 'sha256:0', preprocess: recorded });
  const read = (changed: Readonly<Record<string, string>>) =>
    readMetadata(new Map(Object.entries({ ...written, ...changed })));
  assert.equal(read({}), { layout: 'hf', source: 'sha256:0', preprocess: recorded });
  assert.is(read({ 'swinc.layout': 'constructor' }), undefined);
  assert.is(readMetadata(new Map()), undefined);
  const senseless: readonly unknown[] = [
    null,
    7,
    [],
    { ...recorded, resize: 0 },
    { ...recorded, resize: 1e9 },
    { ...recorded, crop: 224 },
    { ...recorded, interpolation: 'lanczos' },
    { ...recorded, std: [0, 1, 1] },
    { ...recorded, mean: ['a', 'b', 'c'] },
  ];
  for (const value of senseless) {
    assert.is(read({ 'swinc.preprocess': JSON.stringify(value) })?.preprocess, undefined, JSON.stringify(value));
  }
  assert.is(read({ 'swinc.preprocess': '{' })?.preprocess, undefined);
});

test.run();
