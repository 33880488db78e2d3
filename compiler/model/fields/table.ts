/** THE table of fields: what each is called, how its value is read and written, and what an editor says about it. */
import { plainNumber } from '../spell.ts';
import { activation, printActivation } from './activation.ts';
import { image, printImage } from './image.ts';
import { norm, printNorm } from './norm.ts';
import { position, printPosition } from './position.ts';
import { type Print, printList, printPerStage, printWord } from './print.ts';
import { choice, finite, integer, listOf, perStage, positive, type Reader } from './reader.ts';
import { printShift, shift, stageShift } from './shift.ts';
import { printSideOrPair, printSizeOrPair, sideOrPair, sizeOrPair } from './size.ts';
import { printWindow, stageWindow, window } from './window.ts';

export interface Field<Read> {
  readonly read: Reader<Read>;
  /** The value's canonical text, with which `read` gives the same value again. */
  readonly print: Print<Read>;
  readonly documentation: string;
}

function field<Read>(read: Reader<Read>, print: Print<Read>, documentation: string): Field<Read> {
  return { read, print, documentation };
}

/** A field of some value. */
type Row = Pick<Field<unknown>, 'read' | 'documentation'> & { readonly print: Print<never> };

const modelTable = {
  input: field(image, printImage, 'height, width and channels of the image: `image(224, 224, 3)`'),
  classes: field(integer(0), plainNumber, 'number of classes; 0 returns the pooled vector'),
  patch: field(sizeOrPair(1), printSizeOrPair, 'pixels a token, or `[HEIGHT, WIDTH]`; 4 unless set'),
  'patch.norm': field(norm, printNorm, 'norm after the patch embedding; the norm of the model unless set'),
  dim: field(integer(1), plainNumber, 'channels of the first stage; each merging doubles them'),
  depths: field(
    listOf(integer(1), 'whole numbers'),
    printList(plainNumber),
    'blocks of each stage; the length is the number of stages',
  ),
  heads: field(listOf(integer(1), 'whole numbers'), printList(plainNumber), 'attention heads of each stage'),
  window: field(
    perStage(window),
    printPerStage(printWindow),
    'tokens a window: a number, `size(HEIGHT, WIDTH)`, `global`, or a list by stage',
  ),
  shift: field(
    perStage(shift),
    printPerStage(printShift),
    'whether blocks 1, 3, 5… shift by half a window: `on`, `off`, or a list by stage',
  ),
  clamp: field(
    choice('on', 'both', 'off', 'error'),
    printWord,
    'what happens to a window that is larger than the grid',
  ),
  pad: field(
    choice('error', 'before-shift', 'after-shift'),
    printWord,
    'what happens where the window does not divide the grid',
  ),
  mlp: field(positive, plainNumber, 'width of the hidden layer over the width of the stage; 4 unless set'),
  norm: field(norm, printNorm, '`layer(eps: 1e-5)`, `batch(per: channel | token)` or `none`'),
  'norm.placement': field(choice('pre', 'post'), printWord, '`pre`, or `post` as in Swin V2'),
  'merge.norm': field(norm, printNorm, 'norm of patch merging; the norm of the model unless set'),
  'final.norm': field(norm, printNorm, 'norm before pooling; the norm of the model unless set'),
  act: field(activation, printActivation, '`gelu`, `gelu(tanh)`, `relu` or `silu`'),
  attention: field(choice('dot', 'cosine'), printWord, '`dot`, or `cosine` as in Swin V2'),
  position: field(position, printPosition, 'relative position bias: `table`, `continuous(…)` as in Swin V2, or `none`'),
  'qkv.bias': field(choice('on', 'off', 'q-v'), printWord, '`on`, `off`, or `q-v` as in Swin V2'),
  features: field(
    listOf(integer(1), 'stages'),
    printList(plainNumber),
    'stages whose maps are outputs too, before merging: `[1, 2, 3, 4]`',
  ),
  'features.norm': field(norm, printNorm, 'norm of each of those maps; none unless set'),
  'preprocess.resize': field(
    sideOrPair(1),
    printSideOrPair,
    'length of the shorter side in pixels, or `[HEIGHT, WIDTH]`',
  ),
  'preprocess.crop': field(sizeOrPair(1), printSizeOrPair, 'centre crop in pixels; the input of the model unless set'),
  'preprocess.interpolation': field(choice('bicubic', 'bilinear', 'nearest'), printWord, '`bicubic` unless set'),
  'preprocess.mean': field(
    listOf(finite, 'numbers'),
    printList(plainNumber),
    'mean of each channel of an image in 0..1',
  ),
  'preprocess.std': field(
    listOf(positive, 'numbers'),
    printList(plainNumber),
    'standard deviation of each channel of an image in 0..1',
  ),
} satisfies Record<string, Row>;

/** What a `stage` block may set. */
const stageTable = {
  depth: field(integer(1), plainNumber, 'blocks of this stage'),
  heads: field(integer(1), plainNumber, 'attention heads of this stage'),
  window: field(
    stageWindow,
    printWindow,
    'a number, `size(HEIGHT, WIDTH)`, `global`, or `cycle(7, 14)` block by block',
  ),
  shift: field(stageShift, printShift, '`on`, `off`, an amount for blocks 1, 3, 5…, or `cycle(0, 3)` for every block'),
  mlp: field(positive, plainNumber, 'width of the hidden layer over the width of this stage'),
  norm: field(norm, printNorm, 'norm of the blocks of this stage'),
  act: field(activation, printActivation, 'activation of the blocks of this stage'),
} satisfies Record<string, Row>;

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
