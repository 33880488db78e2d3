/**
 * How each library prepares the images of its ImageNet checkpoints: the resize differs, and with it the accuracy by some
 * tenths of a percent. Mean and deviation are ImageNet's everywhere.
 */
import type { Model, Preprocess, Size } from '../model/model.ts';
import { defaultStatistics } from '../model/preprocess.ts';
import type { LayoutName } from './layouts/layout.ts';

/** From this size on, microsoft, OpenMMLab and timm evaluate the whole image. */
const uncropped = 384;

/** The shorter side, or both where the image is squashed; undefined where the library has published no such model. */
const resizes: Readonly<Record<LayoutName, (side: number, model: Model) => Preprocess['resize'] | undefined>> = {
  microsoft: (side) => (side >= uncropped ? square(side) : Math.floor((side * 256) / 224)),
  openmmlab: (side) => (side >= uncropped ? square(side) : Math.floor((side * 256) / 224)),
  timm: (side) => (side >= uncropped ? side : Math.floor(side / 0.9)),
  torchvision: (side, model) => torchvisionSizes.get(`${side} ${model.attention} ${sizeName(model)}`),
  hf: square,
};

function square(side: number): Size {
  return { height: side, width: side };
}

/** torchvision chose the resize of each model by its accuracy. */
const torchvisionSizes: ReadonlyMap<string, number> = new Map([
  ['224 dot tiny', 232],
  ['224 dot small', 246],
  ['224 dot base', 238],
  ['256 cosine tiny', 260],
  ['256 cosine small', 260],
  ['256 cosine base', 272],
]);

/** The names of the published sizes, by the width and depth that tell them apart. */
function sizeName({ stages }: Model): string | undefined {
  const depths = stages.map(({ blocks }) => blocks.length).join();
  const names: Readonly<Record<string, string>> = {
    '96 2,2,6,2': 'tiny',
    '96 2,2,18,2': 'small',
    '128 2,2,18,2': 'base',
  };
  return names[`${stages[0]?.dim} ${depths}`];
}

/** Undefined where the origin says nothing of such an input: only square colour images were trained on. */
export function originPreprocess(layout: LayoutName, model: Model): Preprocess | undefined {
  const { height, width, channels } = model.input;
  if (height !== width || channels !== 3) return undefined;
  const resize = resizes[layout](height, model);
  if (resize === undefined) return undefined;
  return { resize, crop: { height, width }, interpolation: 'bicubic', ...defaultStatistics(channels) };
}
