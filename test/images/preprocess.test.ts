import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage } from '../../compiler/cli/decode-image.ts';
import { InputError } from '../../runtime/errors.ts';
import { type Picture, preprocess, resizeAndCrop } from '../../runtime/image.ts';
import type { Preprocess } from '../../runtime/plan.ts';

const test = suite('preprocess');

const settings: Preprocess = {
  resize: 256,
  crop: { height: 224, width: 224 },
  interpolation: 'bicubic',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

const cropOnly = (width: number, height: number, crop: Preprocess['crop']): Preprocess => ({
  ...settings,
  resize: { height, width },
  crop,
});

const read = (name: string): Picture =>
  decodeImage(readFileSync(new URL(`../data/images/${name}.png`, import.meta.url)));

for (const name of ['chelsea', 'coffee']) {
  test(`${name} is resized and cropped as Pillow and torchvision do it, to the bit`, () => {
    const expected = read(`${name}-resize256-crop224-bicubic`);
    assert.equal(resizeAndCrop(read(name), settings), expected);
  });
}

/** The first digits of SHA-256 of what Pillow 9.4 makes of `coffee.png`. */
const recorded: readonly (readonly [Preprocess['interpolation'], number, number, string])[] = [
  ['bicubic', 1000, 700, '2614411cfab18323'],
  ['bilinear', 37, 23, 'd44a04006714e48e'],
  ['bilinear', 601, 399, '89028ea43052bc67'],
  ['nearest', 1000, 700, '82a21d671b0c3f5c'],
];

for (const [interpolation, width, height, digest] of recorded) {
  test(`${interpolation} to ${width} by ${height} as Pillow does it, to the bit`, () => {
    const { data } = resizeAndCrop(read('coffee'), { ...cropOnly(width, height, { height, width }), interpolation });
    assert.is(createHash('sha256').update(data).digest('hex').slice(0, digest.length), digest);
  });
}

test('channels come first, normalised in float32', () => {
  const picture = read('chelsea');
  const { data } = resizeAndCrop(picture, settings);
  const values = preprocess(picture, settings, 3);
  assert.is(values.length, 3 * 224 * 224);
  for (const index of [0, 1, 50_000]) {
    const green = Math.fround((data[index * 3 + 1] ?? 0) / 255);
    const centred = Math.fround(green - Math.fround(0.456));
    assert.is(values[224 * 224 + index], Math.fround(centred / Math.fround(0.224)));
  }
});

/** Pixels are their own column and row. */
function ramp(width: number, height: number): Picture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return [pixel % width, Math.floor(pixel / width), 7][index % 3] ?? 0;
  });
  return { width, height, data };
}

test('a crop that cannot be central starts at the even pixel, as Python rounds', () => {
  const cornerOf = (width: number) =>
    resizeAndCrop(ramp(width, 10), cropOnly(width, 10, { height: 10, width: 4 })).data[0];
  assert.equal([cornerOf(9), cornerOf(11), cornerOf(13), cornerOf(12)], [2, 4, 4, 4]);
});

test('a crop larger than the picture is padded with black', () => {
  const { data } = resizeAndCrop(ramp(2, 1), cropOnly(2, 1, { height: 2, width: 5 }));
  const blue = Array.from({ length: 10 }, (_, pixel) => data[pixel * 3 + 2]);
  assert.equal(blue, [0, 7, 7, 0, 0, 0, 0, 0, 0, 0]);
});

test('the shorter side is resized to the length, the longer one rounded down', () => {
  const { data } = resizeAndCrop(ramp(3, 2), { ...settings, resize: 5, crop: { height: 5, width: 7 } });
  assert.is(data.length, 5 * 7 * 3);
  assert.ok(Array.from({ length: 35 }, (_, pixel) => data[pixel * 3 + 2]).every((blue) => blue === 7));
});

test('nearest takes the pixel under the middle', () => {
  const nearest: Preprocess = { ...cropOnly(5, 1, { height: 1, width: 5 }), interpolation: 'nearest' };
  const { data } = resizeAndCrop(ramp(10, 1), nearest);
  assert.equal([data[0], data[3], data[6], data[9], data[12]], [1, 3, 5, 7, 9]);
});

test('bilinear halves by a triangle two pixels wide to either side', () => {
  const bilinear: Preprocess = { ...cropOnly(2, 1, { height: 1, width: 2 }), interpolation: 'bilinear' };
  const data = Uint8Array.of(0, 100, 200, 100);
  // Weights 3, 3, 1 of 7 on the left: (0 * 3 + 100 * 3 + 200) / 7 = 71.4.
  assert.equal([...resizeAndCrop({ width: 4, height: 1, data }, bilinear).data].slice(0, 3), [71, 71, 71]);
});

test('a flat picture stays flat whatever the size', () => {
  const data = new Uint8Array(31 * 17 * 3).fill(201);
  for (const interpolation of ['bicubic', 'bilinear', 'nearest'] as const) {
    for (const resize of [5, 17, 40]) {
      const crop = { height: 5, width: 5 };
      const { data: result } = resizeAndCrop(
        { width: 31, height: 17, data },
        { ...settings, interpolation, resize, crop },
      );
      assert.ok(result.every((value) => value === 201));
    }
  }
});

test('grey becomes three equal channels, alpha is dropped, a grey model sees luma', () => {
  const one: Preprocess = { ...cropOnly(1, 1, { height: 1, width: 1 }), mean: [0, 0, 0], std: [1, 1, 1] };
  const pixel = (...data: number[]): Picture => ({ width: 1, height: 1, data: Uint8Array.from(data) });
  const bytes = (values: Float32Array) => [...values].map((value) => Math.round(value * 255));
  assert.equal(bytes(preprocess(pixel(51), one, 3)), [51, 51, 51]);
  assert.equal(bytes(preprocess(pixel(51, 9), one, 3)), [51, 51, 51]);
  assert.equal(bytes(preprocess(pixel(10, 20, 30, 40), one, 3)), [10, 20, 30]);
  assert.equal(bytes(preprocess(pixel(255, 0, 0), { ...one, mean: [0], std: [1] }, 1)), [76]);
});

test('refuses pictures and models that do not fit', () => {
  const fails = (picture: Picture, channels: number, options = settings) =>
    assert.throws(
      () => preprocess(picture, options, channels),
      (error: unknown) => error instanceof InputError,
    );
  fails({ width: 2, height: 2, data: new Uint8Array(11) }, 3);
  fails({ width: 0, height: 0, data: new Uint8Array(0) }, 3);
  fails({ width: 1, height: 1, data: new Uint8Array(4) }, 4, { ...settings, mean: [0, 0, 0, 0], std: [1, 1, 1, 1] });
  fails({ width: 1, height: 1, data: new Uint8Array(3) }, 1);
  fails({ width: 1_000_000, height: 1, data: new Uint8Array(3_000_000) }, 3);
});

test.run();
