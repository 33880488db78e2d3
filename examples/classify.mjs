/**
 * Classifies pictures with a compiled model, by nothing but its package and a decoder of PNG files:
 *
 *     npx swinc compile specs/swin-free-t.swin -o out/swin-free-t
 *     node examples/classify.mjs out/swin-free-t examples/chelsea.png
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decode } from 'fast-png';

const [folder, ...files] = process.argv.slice(2);
if (folder === undefined || files.length === 0) {
  console.error('usage: node examples/classify.mjs PACKAGE PICTURE.png…');
  process.exit(2);
}

const { info, load } = await import(pathToFileURL(join(resolve(folder), 'model.js')).href);
const pictures = await Promise.all(files.map(async (file) => decode(await readFile(file))));

const model = await load({ maxBatch: pictures.length });
console.log(`${info.name} on ${model.info.adapter.description}`);
const answers = await model.classify(pictures, { topK: 3 });
for (const [index, classes] of answers.entries()) {
  const list = classes.map((found) => `class ${found.index} (${(found.score * 100).toFixed(1)} %)`);
  console.log(`${files[index]}: ${list.join(', ')}`);
}
await model[Symbol.asyncDispose]();
