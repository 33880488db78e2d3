/**
 * The first two held-out images of each class as PNG files, as they are in the data:
 *
 *     node examples/fashion/pictures.mjs out/fashion examples/fashion/images
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';

const side = 28;
const ofEach = 2;
const [data, target] = process.argv.slice(2);
if (data === undefined || target === undefined) {
  console.error('usage: node examples/fashion/pictures.mjs FOLDER_OF_PREPARE FOLDER_TO_WRITE');
  process.exit(2);
}

const labels = JSON.parse(readFileSync(join(import.meta.dirname, 'labels.json'), 'utf8'));
const file = readFileSync(join(data, 'held-out/images.npy'));
const pixels = file.subarray(10 + file.readUInt16LE(8));
const heldOutOfEach = pixels.length / (side * side * labels.length);
mkdirSync(target, { recursive: true });
for (const [label, name] of labels.entries()) {
  for (let index = 0; index < ofEach; index++) {
    const start = (label * heldOutOfEach + index) * side * side;
    const image = { width: side, height: side, channels: 1, data: pixels.subarray(start, start + side * side) };
    writeFileSync(join(target, `${name.replaceAll(' ', '-')}-${index + 1}.png`), encode(image));
  }
}
