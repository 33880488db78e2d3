/** Weights on their way from a file to the device, of which little is in memory at any time. */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ByteStream } from '../../runtime/byte-reader.ts';
import { watchDevice } from '../../runtime/device-watch.ts';
import { allocate } from '../../runtime/memory.ts';
import { fileBytes, load } from '../../runtime/node.ts';
import type { Plan } from '../../runtime/plan.ts';
import { fromFloat32, serialiseSafetensors, type Tensor } from '../../runtime/safetensors.ts';
import { uploadWeights } from '../../runtime/upload.ts';
import { openWeights, type WeightTensor } from '../../runtime/weights.ts';
import { assertClose } from '../support/close.ts';
import { observedDevice } from '../support/observed-device.ts';
import { device } from './check.ts';
import { readBack } from './harness.ts';
import { answers, images, plan, tensors } from './small-model.ts';

/** With a tensor that the plan does not ask for, and one of an odd number of bytes before the others. */
const file = serialiseSafetensors(
  new Map([
    ...tensors,
    ['wide', { dtype: 'F64', shape: [3], data: new Uint8Array(24) }],
    ['odd', { dtype: 'U8', shape: [3], data: new Uint8Array(3) }],
  ]),
);

interface Observed {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly seen: { pieces: number; closed: boolean };
}

/** Pieces of a size, each in the memory of the one before, as `fileBytes` gives them. */
function inPieces(bytes: Uint8Array, size: number): Observed {
  const seen = { pieces: 0, closed: false };
  async function* pieces(): AsyncIterable<Uint8Array> {
    const memory = new Uint8Array(size);
    try {
      for (let offset = 0; offset < bytes.length; offset += size) {
        const piece = bytes.subarray(offset, offset + size);
        memory.set(piece);
        seen.pieces += 1;
        yield memory.subarray(0, piece.length);
        memory.fill(0xff);
      }
    } finally {
      seen.closed = true;
    }
  }
  return { stream: pieces(), seen };
}

async function answersOf(weights: ByteStream | URL): Promise<void> {
  await using model = await load({ plan, weights }, { device });
  assertClose((await model.run(images(1))).logits, answers(images(1), 1).logits, 1e-5, 'logits');
}

for (const size of [1, 3, 5, 64, 1000, file.length]) {
  test(`a file in pieces of ${size} bytes`, async () => {
    const { stream, seen } = inPieces(file, size);
    await answersOf(stream);
    assert.equal(seen, { pieces: Math.ceil(file.length / size), closed: true });
  });
}

test('the body of a response, a blob, and a file that a URL names', async () => {
  const { body } = new Response(file.slice());
  if (body === null) throw new Error('the response has no body');
  await answersOf(body);
  await answersOf(new Blob([file.slice()]).stream());
  const path = join(tmpdir(), `swinc-weights-${process.pid}.safetensors`);
  try {
    writeFileSync(path, file);
    await answersOf(pathToFileURL(path));
    await answersOf(fileBytes(path));
    await answersOf(new URL(`data:application/octet-stream;base64,${Buffer.from(file).toString('base64')}`));
  } finally {
    rmSync(path);
  }
});

const damaged: readonly { readonly name: string; readonly bytes: Uint8Array; readonly message: RegExp }[] = [
  { name: 'without a length', bytes: file.subarray(0, 7), message: /shorter than 8 bytes/ },
  { name: 'that ends in the header', bytes: file.subarray(0, 50), message: /header says \d+ bytes, the file has 42/ },
  { name: 'that ends in a tensor', bytes: file.subarray(0, file.length - 5), message: /tensors need \d+ bytes/ },
  {
    name: 'with more than tensors',
    bytes: Buffer.concat([file, Buffer.alloc(9)]),
    message: /bytes at the end belong to no tensor/,
  },
];

for (const { name, bytes, message } of damaged) {
  test(`a file ${name} is refused, and closed`, async () => {
    const { stream, seen } = inPieces(bytes, 40);
    const error = await load({ plan, weights: stream }, { device }).catch((reason: unknown) => reason);
    assert.match(String(error), message);
    assert.ok(seen.closed);
  });
}

test('what the header tells is told before the tensors are read', async () => {
  const lacking = serialiseSafetensors(new Map([...tensors].filter(([name]) => name !== 'mix.bias')));
  const { stream, seen } = inPieces(lacking, 16);
  const error = await load({ plan, weights: stream }, { device }).catch((reason: unknown) => reason);
  assert.match(String(error), /lack mix\.bias/);
  const header = 8 + Number(new DataView(lacking.buffer).getBigUint64(0, true));
  assert.equal(seen, { pieces: Math.ceil(header / 16), closed: true });
});

test('kernels that do not compile end the reading', async () => {
  const { stream, seen } = inPieces(file, 8);
  const kernels = Object.fromEntries(
    plan.dispatches.flatMap(({ candidates }) => candidates.map(({ kernel }) => [kernel, 'nonsense'])),
  );
  const error = await load({ plan, weights: stream, kernels }, { device }).catch((reason: unknown) => reason);
  assert.instance(error, Error);
  assert.ok(seen.closed);
});

const megabyte = 2 ** 20;

/** Weights alone: `count` of them, of `length` floats each. */
function weightsPlan(count: number, length: number): Plan {
  const weights = Array.from({ length: count }, (_, index) => ({
    ...({ name: `weight ${index}`, role: 'weight', type: 'f32', shape: [length], batched: false, slot: null } as const),
  }));
  return { ...plan, buffers: weights, dispatches: [] };
}

test('tensors that come in parts do so from end to end, all in the same memory, and never whole', async () => {
  const big = weightsPlan(2, 5 * megabyte);
  const parts = new Map(
    big.buffers.map(({ name, shape }): [string, WeightTensor] => [
      name,
      {
        dtype: 'F32',
        shape,
        get data(): Uint8Array {
          throw new Error('the whole is asked for');
        },
        part: (begin, end, memory) => memory.subarray(0, end - begin).fill(begin / megabyte),
      },
    ]),
  );
  const { pieces } = await openWeights(big, { tensors: parts });
  const reached = [0, 0];
  const memory = new Set<ArrayBufferLike>();
  const ended: number[] = [];
  for await (const { index, offset, bytes, isLast } of pieces) {
    assert.is(offset, reached[index]);
    assert.is(bytes[0], offset / megabyte);
    assert.is(bytes.at(-1), offset / megabyte);
    assert.ok(bytes.length <= 8 * megabyte);
    reached[index] = offset + bytes.length;
    memory.add(bytes.buffer);
    if (isLast) ended.push(index);
  }
  assert.equal(reached, [20 * megabyte, 20 * megabyte]);
  assert.equal(ended, [0, 1]);
  assert.is(memory.size, 1);
});

test('a model whose tensors come in parts', async () => {
  const parts = [...tensors].map(([name, { dtype, shape, data }]): [string, WeightTensor] => [
    name,
    { dtype, shape, data: new Uint8Array(), part: (begin, end) => data.subarray(begin, end) },
  ]);
  await using model = await load({ plan, weights: { tensors: new Map(parts) } }, { device });
  assertClose((await model.run(images(1))).logits, answers(images(1), 1).logits, 1e-5, 'logits');
});

test('tensors are asked for their data once, one after another, and little waits for the device', async () => {
  const length = (5 * megabyte) / 4;
  const big = weightsPlan(7, length);
  const asked: number[] = [];
  const computed = big.buffers.map(({ name }, index): [string, Tensor] => [
    name,
    {
      dtype: 'F32',
      shape: [length],
      get data() {
        asked.push(index);
        return fromFloat32(new Float32Array(length).fill(index), [length], 'F32').data;
      },
    },
  ]);
  const { device: observed, events } = observedDevice(device);
  const feed = await openWeights(big, { tensors: new Map(computed) });
  assert.equal(asked, []);
  const memory = allocate(observed, big, { maxBatch: 1, kept: new Set() });
  const told: string[] = [];
  await uploadWeights(observed, memory, {
    feed,
    watch: watchDevice(device),
    signal: undefined,
    isStopped: () => false,
    onProgress: (done, total) => told.push(`${done}/${total}`),
  });
  assert.equal(asked, [0, 1, 2, 3, 4, 5, 6]);
  assert.is(told.join(), '1/7,2/7,3/7,4/7,5/7,6/7,7/7');
  let [waiting, most, largest] = [0, 0, 0];
  for (const { kind, count } of events) {
    waiting = kind === 'wait' ? 0 : kind === 'write' ? waiting + count : waiting;
    [most, largest] = [Math.max(most, waiting), Math.max(largest, kind === 'write' ? count : 0)];
  }
  assert.is(largest, megabyte);
  assert.is(most, 8 * megabyte);
  const [last] = memory.buffers.slice(-1);
  if (last === undefined) throw new Error('there is no buffer');
  assert.ok(new Float32Array(await readBack(device, last)).every((value) => value === 6));
  memory.destroy();
});

test.run();
