/** From a picture to a model's input, as torchvision does it: resize, centre crop, divide by 255, normalise. */
import { InputError } from './errors.ts';
import type { Preprocess, Size } from './plan.ts';
import { type Pixels, resample } from './resample.ts';

/** A decoded picture, or a canvas's `ImageData`: grey, grey with alpha, RGB or RGBA; the data's length says which. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A strip of a picture, a pixel high, would grow beyond all memory when its shorter side is resized. */
const mostPixels = 100_000_000;

/** Values [channels, height, width] of the crop. A model of one channel sees the picture in grey. */
export function preprocess(image: Picture, settings: Preprocess, channels: number): Float32Array {
  const { mean, std } = settings;
  if (mean.length !== channels || std.length !== channels) {
    throw new InputError(`the model has ${channels} channels, but ${mean.length} means and ${std.length} deviations`);
  }
  const { width, height, data } = cropped(toPixels(image, channels), settings);
  const area = width * height;
  const values = new Float32Array(channels * area);
  for (let channel = 0; channel < channels; channel++) {
    const table = normalisedValues(mean[channel] ?? 0, std[channel] ?? 1);
    const plane = values.subarray(channel * area, (channel + 1) * area);
    for (let index = 0; index < area; index++) plane[index] = table[data[index * channels + channel] ?? 0] ?? 0;
  }
  return values;
}

/** The 8-bit RGB picture that `preprocess` normalises. */
export function resizeAndCrop(image: Picture, settings: Preprocess): Picture {
  const { width, height, data } = cropped(toPixels(image, 3), settings);
  return { width, height, data };
}

/** What each 8-bit value becomes, in float32 arithmetic throughout. */
function normalisedValues(mean: number, std: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => {
    const centred = Math.fround(Math.fround(value / 255) - Math.fround(mean));
    return centred / Math.fround(std);
  });
}

function cropped(pixels: Pixels, { resize, crop, interpolation }: Preprocess): Pixels {
  const { width, height } = resizedSize(pixels, resize);
  if (width * height > mostPixels) throw new InputError(`resizing to ${width} by ${height} pixels is too much`);
  return centreCrop(resample(pixels, { width, height }, interpolation), crop);
}

/** A single length is the shorter side's, and the longer one is rounded down. */
function resizedSize({ height, width }: Size, resize: number | Size): Size {
  if (typeof resize !== 'number') return resize;
  return width <= height
    ? { width: resize, height: Math.trunc((resize * height) / width) }
    : { width: Math.trunc((resize * width) / height), height: resize };
}

/** Where the crop is larger than the picture, black surrounds it. */
function centreCrop(image: Pixels, { height, width }: Size): Pixels {
  const { channels } = image;
  const top = cropStart(image.height, height);
  const left = cropStart(image.width, width);
  const data = new Uint8Array(height * width * channels);
  const copied = Math.min(width, image.width) * channels;
  for (let y = Math.max(0, -top); y < height && y + top < image.height; y++) {
    const source = ((y + top) * image.width + Math.max(0, left)) * channels;
    data.set(image.data.subarray(source, source + copied), (y * width + Math.max(0, -left)) * channels);
  }
  return { height, width, channels, data };
}

/** Python rounds a half to the even neighbour; negative where the picture is padded. */
function cropStart(available: number, wanted: number): number {
  if (wanted > available) return -Math.floor((wanted - available) / 2);
  const margin = (available - wanted) / 2;
  return Number.isInteger(margin) ? margin : 2 * Math.round(margin / 2);
}

function toPixels(image: Picture, channels: number): Pixels {
  const { width, height, data } = image;
  const stored = data.length / (width * height);
  if (!(width > 0 && height > 0) || ![1, 2, 3, 4].includes(stored)) {
    throw new InputError(`${data.length} bytes are no picture of ${width} by ${height} pixels`);
  }
  if (channels !== 1 && channels !== 3) throw new InputError(`a model of ${channels} channels takes no picture`);
  if (stored === channels) {
    return { width, height, channels, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  }
  const result = new Uint8Array(width * height * channels);
  for (let index = 0; index < width * height; index++) {
    const source = index * stored;
    if (channels === 1) result[index] = greyAt(data, source, stored);
    else for (let c = 0; c < 3; c++) result[index * 3 + c] = data[source + (stored < 3 ? 0 : c)] ?? 0;
  }
  return { width, height, channels, data: result };
}

/** Luma as in ITU-R 601-2, in Pillow's fixed point. */
function greyAt(data: Uint8Array | Uint8ClampedArray, source: number, stored: number): number {
  const [red = 0, green = 0, blue = 0] = [data[source], data[source + 1], data[source + 2]];
  return stored < 3 ? red : (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}
