/**
 * Resizing as Pillow does it, to the bit: a horizontal pass, then a vertical one, each with a filter as wide as the
 * reduction asks for (antialiasing), fixed-point weights, and 8-bit values between the passes.
 */
import type { Size } from './plan.ts';

export type Interpolation = 'bicubic' | 'bilinear' | 'nearest';

/** Interleaved 8-bit channels, row by row. */
export interface Pixels extends Size {
  readonly channels: number;
  readonly data: Uint8Array;
}

/** A kernel of `support` pixels to either side of the middle. */
interface Filter {
  readonly support: number;
  readonly weight: (distance: number) => number;
}

const filters: Readonly<Record<Exclude<Interpolation, 'nearest'>, Filter>> = {
  bilinear: { support: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  bicubic: { support: 2, weight: cubic },
};

/** Keys' cubic convolution with a = -0.5. */
function cubic(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

export function resample(image: Pixels, size: Size, interpolation: Interpolation): Pixels {
  if (interpolation === 'nearest') return pickNearest(image, size);
  const filter = filters[interpolation];
  return resampleRows(resampleColumns(image, size.width, filter), size.height, filter);
}

function pickNearest(image: Pixels, { height, width }: Size): Pixels {
  const { channels } = image;
  const data = new Uint8Array(height * width * channels);
  const columns = nearestSources(image.width, width);
  for (const [y, sourceY] of nearestSources(image.height, height).entries()) {
    for (const [x, sourceX] of columns.entries()) {
      const source = (sourceY * image.width + sourceX) * channels;
      data.set(image.data.subarray(source, source + channels), (y * width + x) * channels);
    }
  }
  return { height, width, channels, data };
}

/** The pixel under the middle of each. Pillow adds up the steps, and so must we, to round alike where two are as near. */
function nearestSources(from: number, to: number): readonly number[] {
  const step = from / to;
  let position = step * 0.5;
  return Array.from({ length: to }, () => {
    const source = Math.min(from - 1, Math.floor(position));
    position += step;
    return source;
  });
}

/** Weights are multiples of 2^-22: with 8 bits of value and two of overshoot they fill a 32-bit integer. */
const precision = 22;
const half = 1 << (precision - 1);

/** The pixels of the source that make one pixel of the result, from `first` on. */
interface Taps {
  readonly first: number;
  readonly weights: Int32Array;
}

function tapsOf(from: number, to: number, filter: Filter): readonly Taps[] {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = filter.support * stretch;
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, tap) =>
      filter.weight((tap + first - centre + 0.5) * (1 / stretch)),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return {
      first,
      weights: Int32Array.from(weights, (weight) => roundAwayFromZero((weight / sum) * (1 << precision))),
    };
  });
}

function roundAwayFromZero(value: number): number {
  return Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
}

function resampleColumns(image: Pixels, width: number, filter: Filter): Pixels {
  if (width === image.width) return image;
  const { height, channels } = image;
  const data = new Uint8ClampedArray(height * width * channels);
  const taps = tapsOf(image.width, width, filter);
  for (let y = 0; y < height; y++) {
    const sourceRow = y * image.width * channels;
    for (const [x, { first, weights }] of taps.entries()) {
      for (let channel = 0; channel < channels; channel++) {
        const start = sourceRow + first * channels + channel;
        data[(y * width + x) * channels + channel] = weightedSum(image.data, start, channels, weights);
      }
    }
  }
  return { height, width, channels, data: new Uint8Array(data.buffer) };
}

function resampleRows(image: Pixels, height: number, filter: Filter): Pixels {
  if (height === image.height) return image;
  const { width, channels } = image;
  const stride = width * channels;
  const data = new Uint8ClampedArray(height * stride);
  for (const [y, { first, weights }] of tapsOf(image.height, height, filter).entries()) {
    for (let column = 0; column < stride; column++) {
      data[y * stride + column] = weightedSum(image.data, first * stride + column, stride, weights);
    }
  }
  return { height, width, channels, data: new Uint8Array(data.buffer) };
}

/** The clamped array that takes the result cuts overshoot off. */
function weightedSum(data: Uint8Array, start: number, step: number, weights: Int32Array): number {
  let sum = half;
  let position = start;
  for (let tap = 0; tap < weights.length; tap++, position += step) sum += (data[position] ?? 0) * (weights[tap] ?? 0);
  return sum >> precision;
}
