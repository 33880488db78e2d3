import { readFileSync } from 'node:fs';
import { encode, type ImageData } from 'fast-png';
import jpeg from 'jpeg-js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage, ImageFileError } from '../../compiler/cli/decode-image.ts';
import { mutate, randomFrom } from '../support/mutations.ts';
import { mutationCount } from '../support/scale.ts';

const test = suite('decodeImage');

/** Decoded pixels of a PNG with these contents. */
const roundTrip = (image: ImageData) => [...decodeImage(encode(image)).data];

test('every kind of PNG becomes RGB', () => {
  const size = { width: 2, height: 1 };
  assert.equal(roundTrip({ ...size, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }), [1, 2, 3, 4, 5, 6]);
  assert.equal(roundTrip({ ...size, channels: 4, data: Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 9) }), [1, 2, 3, 4, 5, 6]);
  assert.equal(roundTrip({ ...size, channels: 1, data: Uint8Array.of(7, 8) }), [7, 7, 7, 8, 8, 8]);
  assert.equal(roundTrip({ ...size, channels: 2, data: Uint8Array.of(7, 0, 8, 255) }), [7, 7, 7, 8, 8, 8]);
  assert.equal(
    roundTrip({ ...size, channels: 3, depth: 16, data: Uint16Array.of(0x1ff, 0x2ff, 0x300, 0xffff, 0, 0xff) }),
    [1, 2, 3, 255, 0, 0],
  );
});

test('bits are unpacked, row by row', () => {
  const packed = { width: 3, height: 2, channels: 1 } as const;
  const grey = (values: readonly number[]) => values.flatMap((value) => [value, value, value]);
  assert.equal(
    roundTrip({ ...packed, depth: 1, data: Uint8Array.of(0b10100000, 0b01000000) }),
    grey([255, 0, 255, 0, 255, 0]),
  );
  assert.equal(
    roundTrip({ ...packed, depth: 2, data: Uint8Array.of(0b00011000, 0b11000000) }),
    grey([0, 85, 170, 255, 0, 0]),
  );
  assert.equal(
    roundTrip({ ...packed, depth: 4, data: Uint8Array.of(0x0f, 0x30, 0x11, 0xe0) }),
    grey([0, 255, 51, 17, 17, 238]),
  );
});

test('palettes are looked up', () => {
  const palette = [
    [1, 2, 3],
    [4, 5, 6],
    [250, 251, 252],
  ];
  const image: ImageData = { width: 3, height: 1, channels: 1, depth: 8, palette, data: Uint8Array.of(2, 0, 1) };
  assert.equal(roundTrip(image), [250, 251, 252, 1, 2, 3, 4, 5, 6]);
});

test('interlaced PNGs are whole', () => {
  const data = Uint8Array.from({ length: 5 * 3 * 3 }, (_, index) => index);
  const file = encode({ width: 5, height: 3, channels: 3, data }, { interlace: 'Adam7' });
  assert.equal([...decodeImage(file).data], [...data]);
});

test('JPEGs become RGB', () => {
  const data = new Uint8Array(16 * 8 * 4).fill(128);
  const { data: file } = jpeg.encode({ width: 16, height: 8, data }, 95);
  const decoded = decodeImage(file);
  assert.equal([decoded.width, decoded.height, decoded.data.length], [16, 8, 16 * 8 * 3]);
  assert.ok(decoded.data.every((value) => Math.abs(value - 128) <= 2));
});

test('other files are of an unknown format', () => {
  for (const text of ['', 'GIF89a', '\x89PNG']) failsWith('unknown-format', new TextEncoder().encode(text));
});

test('a file that ends early is damaged, however late', () => {
  const png = readFileSync(new URL('../data/images/chelsea.png', import.meta.url));
  for (const length of [8, 20, 33, 1000, png.length - 100, png.length - 1])
    failsWith('damaged', png.subarray(0, length));
  const { data } = jpeg.encode({ width: 16, height: 8, data: new Uint8Array(16 * 8 * 4) }, 90);
  for (const length of [3, 20, data.length >> 1]) failsWith('damaged', data.subarray(0, length));
});

test('a small file cannot ask for endless memory', () => {
  const file = encode({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) });
  new DataView(file.buffer, file.byteOffset).setUint32(16, 0x7fffffff);
  failsWith('damaged', file);
});

test('mutations give pixels or a typed error', () => {
  const rgb = Uint8Array.from({ length: 9 * 7 * 3 }, (_, index) => (index * 37) % 256);
  const rgba = Uint8Array.from({ length: 9 * 7 * 4 }, (_, index) => (index * 37) % 256);
  const files = [
    encode({ width: 9, height: 7, channels: 3, data: rgb }),
    new Uint8Array(jpeg.encode({ width: 9, height: 7, data: rgba }, 90).data),
  ];
  for (let seed = 0; seed < mutationCount() / 4; seed++) {
    const random = randomFrom(seed);
    for (const file of files) {
      try {
        const { width, height, data } = decodeImage(mutate(file, random, ['IDAT', 'PLTE', 'tRNS', '\u0000']));
        assert.is(data.length, width * height * 3, `seed ${seed}`);
      } catch (error) {
        assert.instance(error, ImageFileError, `seed ${seed}: ${error}`);
      }
    }
  }
});

function failsWith(code: ImageFileError['code'], bytes: Uint8Array): void {
  assert.throws(
    () => decodeImage(bytes),
    (error: unknown) => error instanceof ImageFileError && error.code === code,
  );
}

test.run();
