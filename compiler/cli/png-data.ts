/** Guards for PNG files: the decoder takes a short or an endless stream of pixels without a word. */
import { inflateSync } from 'node:zlib';

export const pngSignature: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly isIndexed: boolean;
}

const indexedColour = 3;
const samplesPerPixel: Readonly<Record<number, number>> = { 0: 1, 2: 3, [indexedColour]: 1, 4: 2, 6: 4 };

/** Where each of the seven passes of an interlaced picture starts, and how far apart its pixels are. */
const interlacedPasses: readonly (readonly [x: number, y: number, stepX: number, stepY: number])[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Throws a RangeError where the file is not whole. */
export function checkPng(bytes: Uint8Array, mostPixels: number): PngHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = readChunks(bytes, view);
  const [first] = chunks;
  if (first?.type !== 'IHDR' || first.data.length !== 13) throw new RangeError('it has no header');
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colour, interlace] = [view.getUint8(24), view.getUint8(25), view.getUint8(28)];
  if (width === 0 || height === 0) throw new RangeError('it has no pixels');
  if (width * height > mostPixels) throw new RangeError(`${width} by ${height} pixels are over ${mostPixels}`);
  const bits = depth * (samplesPerPixel[colour] ?? 0);
  const expected = interlace === 0 ? rowBytes(width, bits) * height : interlacedBytes(width, height, bits);
  const compressed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const found = inflateSync(compressed, { maxOutputLength: expected + 1 }).length;
  if (found !== expected) throw new RangeError(`it has ${found} bytes of pixels, not ${expected}`);
  return { width, height, depth, isIndexed: colour === indexedColour };
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

function readChunks(bytes: Uint8Array, view: DataView): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let offset = pngSignature.length;
  while (chunks.at(-1)?.type !== 'IEND') {
    const start = offset + 8;
    if (start > bytes.length) throw new RangeError('it ends early');
    const end = start + view.getUint32(offset);
    if (end + 4 > bytes.length) throw new RangeError('it ends early');
    chunks.push({ type: String.fromCharCode(...bytes.subarray(offset + 4, start)), data: bytes.subarray(start, end) });
    offset = end + 4;
  }
  return chunks;
}

/** A row starts with a byte that names its filter. */
function rowBytes(width: number, bitsPerPixel: number): number {
  return 1 + Math.ceil((width * bitsPerPixel) / 8);
}

function interlacedBytes(width: number, height: number, bitsPerPixel: number): number {
  return interlacedPasses.reduce((sum, [x, y, stepX, stepY]) => {
    const columns = Math.ceil((width - x) / stepX);
    const rows = Math.ceil((height - y) / stepY);
    return columns > 0 && rows > 0 ? sum + rowBytes(columns, bitsPerPixel) * rows : sum;
  }, 0);
}
