/** What a run is fed: pictures, a .npy file, or the synthetic input. */
import { preprocess } from '../../runtime/image.ts';
import type { Preprocess } from '../../runtime/plan.ts';
import { syntheticInput } from '../weights/synthetic.ts';
import { aboutFile, UsageError } from './exit.ts';
import { readWhole } from './read-file.ts';

export interface InputOptions {
  readonly image?: readonly string[];
  /** `synthetic`, or a .npy file. */
  readonly input?: string;
  readonly batch?: number;
}

export interface InputFormat {
  /** Of one image. */
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly preprocess: Preprocess;
}

export interface RunInput {
  /** float32 [count, channels, height, width] in C order. */
  readonly values: Float32Array;
  readonly count: number;
  /** The most images that run at once. */
  readonly batch: number;
}

/** Before any work is done: a run has one kind of input. */
export function requireOneInput({ image, input }: InputOptions): void {
  if (image === undefined && input === undefined) {
    throw new UsageError('a run needs an input: --image FILE…, --input FILE.npy, or --input synthetic');
  }
  if (image !== undefined && input !== undefined) throw new UsageError('give --image or --input, not both');
}

export async function readInput(options: InputOptions, format: InputFormat): Promise<RunInput> {
  const { values, count } = await readValues(options, format);
  return { values, count, batch: Math.min(options.batch ?? count, count) };
}

async function readValues(options: InputOptions, format: InputFormat): Promise<Omit<RunInput, 'batch'>> {
  const { image, input, batch = 1 } = options;
  if (image !== undefined) return readImages(image, format);
  if (input !== undefined && input !== 'synthetic') return readArray(input, format);
  return { values: syntheticInput([batch, ...format.shape]), count: batch };
}

async function readImages(files: readonly string[], format: InputFormat): Promise<Omit<RunInput, 'batch'>> {
  const { decodeImage } = await import('./decode-image.ts');
  const length = product(format.shape);
  const values = new Float32Array(files.length * length);
  for (const [index, file] of files.entries()) {
    const bytes = await readWhole(file);
    const picture = aboutFile(file, () => preprocess(decodeImage(bytes), format.preprocess, format.shape[0]));
    if (picture.length !== length) {
      const { height, width } = format.preprocess.crop;
      const [, wantedHeight, wantedWidth] = format.shape;
      throw new UsageError(
        `the spec crops pictures to ${height} x ${width}, but its input is ${wantedHeight} x ${wantedWidth}`,
      );
    }
    values.set(picture, index * length);
  }
  return { values, count: files.length };
}

async function readArray(file: string, { shape }: InputFormat): Promise<Omit<RunInput, 'batch'>> {
  const { parseNpy } = await import('./npy.ts');
  const bytes = await readWhole(file);
  const array = aboutFile(file, () => parseNpy(bytes));
  const [count, ...image] = array.shape;
  const fits = image.length === shape.length && image.every((length, axis) => length === shape[axis]);
  if (!fits || count === undefined || count < 1) {
    const wanted = `[images, ${shape.join(', ')}]`;
    throw new UsageError(`${file} is [${array.shape.join(', ')}]; the model takes ${wanted}`);
  }
  return { values: array.data, count };
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, length) => total * length, 1);
}
