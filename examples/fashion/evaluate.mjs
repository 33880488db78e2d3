/**
 * Measures the trained model on the images that its training never saw, through WebGPU:
 *
 *     npx swinc compile examples/fashion/fashion.swin --weights examples/fashion/weights.safetensors -o out/fashion-package
 *     node examples/fashion/evaluate.mjs out/fashion-package out/fashion examples/fashion/accuracy.json
 *
 * where prepare.mjs wrote out/fashion.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const here = import.meta.dirname;
const batch = 200;
const command = 'node examples/fashion/evaluate.mjs out/fashion-package out/fashion examples/fashion/accuracy.json';

const [folder, data, result] = process.argv.slice(2);
if (folder === undefined || data === undefined) {
  console.error('usage: node examples/fashion/evaluate.mjs PACKAGE FOLDER_OF_PREPARE [RESULT.json]');
  process.exit(2);
}

const { info, load } = await import(pathToFileURL(join(resolve(folder), 'model.js')).href);
const digest = createHash('sha256')
  .update(readFileSync(join(here, 'weights.safetensors')))
  .digest('hex');
if (info.weights !== `sha256:${digest}`) {
  console.error(`${folder} has other weights than examples/fashion/weights.safetensors: compile it again`);
  process.exit(2);
}

const pixels = valuesOf(readFileSync(join(data, 'held-out/images.npy')));
const labels = valuesOf(readFileSync(join(data, 'held-out/labels.npy')));
const truth = Array.from({ length: labels.length / 8 }, (_, index) => labels[index * 8]);
const model = await load({ maxBatch: batch });
const answers = await classesOf(pixels, truth.length);
const { vendor, device, description, class: kind } = model.info.adapter;
await model[Symbol.asyncDispose]();
const right = truth.filter((label, index) => answers[index] === label).length;
const record = {
  model: 'fashion.swin',
  weights: info.weights,
  images: truth.length,
  right,
  accuracy: right / truth.length,
  trainingLog: lastAccuracy(),
  rightByClass: Array.from({ length: info.classes }, (_, label) => rightOf(label)),
  adapter: { vendor, device, description, class: kind },
  date: new Date().toISOString().slice(0, 10),
  command,
};
if (result !== undefined) writeFileSync(result, `${JSON.stringify(record, null, 2)}\n`);
console.log(`${right} of ${truth.length} right (${(record.accuracy * 100).toFixed(2)} %)`);
console.log(`the training log says ${(record.trainingLog * 100).toFixed(2)} %`);

/** The likeliest class of each image. */
async function classesOf(bytes, count) {
  const { mean, std } = info.preprocess;
  const values = Float32Array.from(bytes, (value) => (value / 255 - mean[0]) / std[0]);
  const length = values.length / count;
  const found = [];
  for (let done = 0; done < count; done += batch) {
    const end = Math.min(done + batch, count);
    const { logits } = await model.run(values.subarray(done * length, end * length));
    for (let start = 0; start < logits.length; start += info.classes) {
      const row = Array.from(logits.subarray(start, start + info.classes));
      found.push(row.indexOf(Math.max(...row)));
    }
  }
  return found;
}

function rightOf(label) {
  return truth.filter((wanted, index) => wanted === label && answers[index] === label).length;
}

function lastAccuracy() {
  const lines = readFileSync(join(here, 'log.jsonl'), 'utf8').trim().split('\n');
  return JSON.parse(lines.at(-1)).held_out_accuracy;
}

function valuesOf(file) {
  return file.subarray(10 + file.readUInt16LE(8));
}
