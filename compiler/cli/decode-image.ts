/** PNG and JPEG files to 8-bit RGB; alpha is dropped, as PIL's `convert('RGB')` drops it. */
import { convertIndexedToRgb, type DecodedPng, decode as decodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import type { Picture } from '../../runtime/image.ts';
import { checkPng, pngSignature } from './png-data.ts';

export type ImageFileErrorCode = 'unknown-format' | 'damaged';

export class ImageFileError extends Error {
  override readonly name = 'ImageFileError';
  readonly code: ImageFileErrorCode;

  constructor(code: ImageFileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const mostMegapixels = 100;
const jpegMegabytes = 2048;
const jpegSignature: readonly number[] = [0xff, 0xd8, 0xff];

/** Always three channels a pixel. */
export function decodeImage(bytes: Uint8Array): Picture {
  if (startsWith(bytes, pngSignature)) return orDamaged('PNG', () => pngToRgb(bytes));
  if (startsWith(bytes, jpegSignature)) return orDamaged('JPEG', () => jpegToRgb(bytes));
  throw new ImageFileError('unknown-format', 'not a PNG or JPEG file');
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

/** The decoders throw all sorts of errors at a bad file. */
function orDamaged(format: string, decode: () => Picture): Picture {
  try {
    return decode();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ImageFileError('damaged', `the ${format} file cannot be read: ${reason}`, { cause: error });
  }
}

function jpegToRgb(bytes: Uint8Array): Picture {
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: mostMegapixels,
    maxMemoryUsageInMB: jpegMegabytes,
  });
  return { width, height, data };
}

function pngToRgb(bytes: Uint8Array): Picture {
  const { width, height, isIndexed } = checkPng(bytes, mostMegapixels * 1e6);
  const decoded = decodePng(bytes, { checkCrc: true });
  const { data, channels } = isIndexed ? withoutPalette(decoded) : withEightBits(decoded);
  return { width, height, data: toRgb(data, channels) };
}

interface Samples {
  readonly data: Uint8Array;
  readonly channels: number;
}

function withoutPalette(decoded: DecodedPng): Samples {
  return { data: convertIndexedToRgb(decoded), channels: decoded.palette?.[0]?.length ?? 3 };
}

function withEightBits(decoded: DecodedPng): Samples {
  const { data, depth, channels } = decoded;
  if (depth === 16) return { data: Uint8Array.from(data, (value) => value >> 8), channels };
  return { data: depth === 8 ? Uint8Array.from(data) : unpackBits(decoded), channels };
}

/** Grey values of 1, 2 or 4 bits; every row starts with a byte of its own. */
function unpackBits({ data, depth, width, height }: DecodedPng): Uint8Array {
  const values = new Uint8Array(width * height);
  const bytesPerRow = Math.ceil((width * depth) / 8);
  const largest = (1 << depth) - 1;
  for (let index = 0; index < values.length; index++) {
    const row = Math.floor(index / width);
    const bit = (index % width) * depth;
    const byte = data[row * bytesPerRow + (bit >> 3)] ?? 0;
    values[index] = (((byte >> (8 - depth - (bit & 7))) & largest) * 255) / largest;
  }
  return values;
}

function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let index = 0; index < rgb.length; index++) {
    const pixel = Math.floor(index / 3);
    rgb[index] = data[pixel * channels + (channels < 3 ? 0 : index % 3)] ?? 0;
  }
  return rgb;
}
