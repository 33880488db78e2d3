/** THE table of fields: what each is called, how its value is read, and what an editor says about it. */
import { activation } from './activation.ts';
import { image } from './image.ts';
import { norm } from './norm.ts';
import { position } from './position.ts';
import { choice, finite, integer, listOf, perStage, positive, type Reader } from './reader.ts';
import { shift, stageShift } from './shift.ts';
import { sideOrPair, sizeOrPair } from './size.ts';
import { stageWindow, window } from './window.ts';

export interface Field<Read> {
  readonly read: Reader<Read>;
  readonly documentation: string;
}

function field<Read>(read: Reader<Read>, documentation: string): Field<Read> {
  return { read, documentation };
}

const modelTable = {
  input: field(image, 'height, width and channels of the image: `image(224, 224, 3)`'),
  classes: field(integer(0), 'number of classes; 0 returns the pooled vector'),
  patch: field(sizeOrPair(1), 'pixels a token, or `[HEIGHT, WIDTH]`; 4 unless set'),
  'patch.norm': field(norm, 'norm after the patch embedding; the norm of the model unless set'),
  dim: field(integer(1), 'channels of the first stage; each merging doubles them'),
  depths: field(listOf(integer(1), 'whole numbers'), 'blocks of each stage; the length is the number of stages'),
  heads: field(listOf(integer(1), 'whole numbers'), 'attention heads of each stage'),
  window: field(perStage(window), 'tokens a window: a number, `size(HEIGHT, WIDTH)`, `global`, or a list by stage'),
  shift: field(perStage(shift), 'whether blocks 1, 3, 5… shift by half a window: `on`, `off`, or a list by stage'),
  clamp: field(choice('on', 'both', 'off', 'error'), 'what happens to a window that is larger than the grid'),
  pad: field(choice('error', 'before-shift', 'after-shift'), 'what happens where the window does not divide the grid'),
  mlp: field(positive, 'width of the hidden layer over the width of the stage; 4 unless set'),
  norm: field(norm, '`layer(eps: 1e-5)`, `batch(per: channel | token)` or `none`'),
  'norm.placement': field(choice('pre', 'post'), '`pre`, or `post` as in Swin V2'),
  'merge.norm': field(norm, 'norm of patch merging; the norm of the model unless set'),
  'final.norm': field(norm, 'norm before pooling; the norm of the model unless set'),
  act: field(activation, '`gelu`, `gelu(tanh)`, `relu` or `silu`'),
  attention: field(choice('dot', 'cosine'), '`dot`, or `cosine` as in Swin V2'),
  position: field(
    position,
    'relative position bias: `table`, `none`, or `continuous(hidden: 512, pretrained_window: 12)` as in Swin V2',
  ),
  'qkv.bias': field(choice('on', 'off', 'q-v'), '`on`, `off`, or `q-v` as in Swin V2'),
  features: field(listOf(integer(1), 'stages'), 'stages whose maps are outputs too, before merging: `[1, 2, 3, 4]`'),
  'features.norm': field(norm, 'norm of each of those maps; none unless set'),
  'preprocess.resize': field(sideOrPair(1), 'length of the shorter side in pixels, or `[HEIGHT, WIDTH]`'),
  'preprocess.crop': field(sizeOrPair(1), 'centre crop in pixels; the input of the model unless set'),
  'preprocess.interpolation': field(choice('bicubic', 'bilinear', 'nearest'), '`bicubic` unless set'),
  'preprocess.mean': field(listOf(finite, 'numbers'), 'mean of each channel of an image in 0..1'),
  'preprocess.std': field(listOf(positive, 'numbers'), 'standard deviation of each channel of an image in 0..1'),
} satisfies Record<string, Field<unknown>>;

/** What a `stage` block may set. */
const stageTable = {
  depth: field(integer(1), 'blocks of this stage'),
  heads: field(integer(1), 'attention heads of this stage'),
  window: field(stageWindow, 'a number, `size(HEIGHT, WIDTH)`, `global`, or `cycle(7, 14)` block by block'),
  shift: field(stageShift, '`on`, `off`, an amount for blocks 1, 3, 5…, or `cycle(0, 3)` for every block'),
  mlp: field(positive, 'width of the hidden layer over the width of this stage'),
  norm: field(norm, 'norm of the blocks of this stage'),
  act: field(activation, 'activation of the blocks of this stage'),
} satisfies Record<string, Field<unknown>>;

/** Set as a block too: `preprocess = { crop = 224 }` is `preprocess.crop = 224`. */
export const recordFields: readonly string[] = ['preprocess'];

type Read<Each> = Each extends Field<infer Value> ? Value : never;
type ModelFieldValues = { readonly [Name in keyof typeof modelTable]: Read<(typeof modelTable)[Name]> };
type StageFieldValues = { readonly [Name in keyof typeof stageTable]: Read<(typeof stageTable)[Name]> };
export type ModelField = keyof ModelFieldValues;
export type StageField = keyof StageFieldValues;
export type ModelFieldValue<Name extends ModelField> = ModelFieldValues[Name];
export type StageFieldValue<Name extends StageField> = StageFieldValues[Name];

export const modelFields: { readonly [Name in ModelField]: Field<ModelFieldValues[Name]> } = modelTable;
export const stageFields: { readonly [Name in StageField]: Field<StageFieldValues[Name]> } = stageTable;

export function isModelField(name: string): name is ModelField {
  return Object.hasOwn(modelFields, name);
}

export function isStageField(name: string): name is StageField {
  return Object.hasOwn(stageFields, name);
}
