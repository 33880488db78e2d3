/** The exported train.py, by PyTorch: it learns, goes on where it stopped, and its weights fit the model. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import { figuresOf } from '../../compiler/compile.ts';
import { emitPytorch } from '../../compiler/targets/pytorch/emit-pytorch.ts';
import { importCheckpoint } from '../../compiler/weights/import-checkpoint.ts';
import { parseSafetensors } from '../../runtime/safetensors.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { modelFrom } from '../support/model.ts';
import { python, requirePytorch } from '../support/pytorch.ts';
import { isFullRun } from '../support/scale.ts';

const model = modelFrom(`swin 1
model two-tones {
  input    = image(8, 8, 1)
  classes  = 2
  patch    = 2
  dim      = 8
  depths   = [2, 1]
  heads    = [1, 2]
  window   = 2
  norm     = batch(per: token)
  features = [1]
  preprocess = { resize = 8, crop = 8, mean = [0.5], std = [0.5] }
}
`);

const emitted = emitPytorch({ model, documentation: '', parameters: figuresOf(model).params });

test('there is a script to train by', () => {
  assert.match(emitted.get('train.py') ?? '', /^from model import INPUT, MEAN, STD, TwoTones$/m);
});

/** Bright images are of class 1 and dark ones of class 0. */
function writeImages(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  const pixels = Uint8Array.from(
    { length: count * 64 },
    (_, index) => (Math.floor(index / 64) % 2) * 150 + (index % 64),
  );
  writeFileSync(join(folder, 'images.npy'), npy('|u1', `(${count}, 8, 8, 1)`, pixels));
  const labels = BigInt64Array.from({ length: count }, (_, index) => BigInt(index % 2));
  writeFileSync(join(folder, 'labels.npy'), npy('<i8', `(${count},)`, new Uint8Array(labels.buffer)));
}

function npy(type: string, shape: string, values: Uint8Array): Uint8Array {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  return Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]),
    Buffer.from(`${header}\n`),
    values,
  ]);
}

interface LogLine {
  readonly epoch?: number;
  readonly held_out_accuracy?: number;
}

interface Training {
  readonly folder: string;
  readonly processes: number;
}

/** Each process has the variables that torchrun gives it: Debian's torchrun does not start under its Python. */
async function trained({ folder, processes }: Training, ...options: readonly string[]): Promise<readonly LogLine[]> {
  const places = ['--data', folder, '--output', join(folder, 'out')];
  const fixed = ['--device', 'cpu', '--batch', '16', '--lr', '0.01', '--std', '0.1', '--crop-padding', '0'];
  const shared = { ...process.env, OMP_NUM_THREADS: '1', MASTER_ADDR: '127.0.0.1', MASTER_PORT: await freePort() };
  const started = Array.from({ length: processes }, (_, index) => {
    const rank = String(index);
    const env = { ...shared, RANK: rank, LOCAL_RANK: rank, WORLD_SIZE: String(processes) };
    return promisify(execFile)(python, [join(folder, 'train.py'), ...places, ...fixed, ...options], { env });
  });
  await Promise.all(started);
  const lines = readFileSync(join(folder, 'out/log.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line): LogLine => JSON.parse(line));
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? String(address.port) : '';
}

for (const processes of isFullRun ? [1, 2] : []) {
  test(`train.py in ${processes} processes learns two tones, goes on, and writes weights that fit`, async () => {
    await requirePytorch();
    const folder = temporaryFolder();
    const training = { folder: folder.path, processes };
    try {
      for (const [name, text] of emitted) writeFileSync(join(folder.path, name), text);
      writeImages(join(folder.path, 'train'), 256);
      writeImages(join(folder.path, 'held-out'), 33);
      const first = await trained(training, '--epochs', '3');
      assert.equal(
        first.map(({ epoch }) => epoch),
        [undefined, 1, 2, 3],
      );
      const resumed = await trained(training, '--epochs', '5', '--resume', '--weights-dtype', 'f16');
      assert.equal(resumed.slice(0, 4), first);
      assert.equal(
        resumed.slice(4).map(({ epoch }) => epoch),
        [undefined, 4, 5],
      );
      assert.is(resumed.at(-1)?.held_out_accuracy, 1);
      const file = parseSafetensors(new Uint8Array(readFileSync(join(folder.path, 'out/weights.safetensors'))));
      assert.equal(importCheckpoint(file.tensors, buildGraph(model), { strict: true }).report.dropped, []);
      assert.is(file.metadata['epochs'], '5');
      assert.is(file.tensors.get('head.weight')?.dtype, 'F16');
      assert.is(file.tensors.get('head.bias')?.dtype, 'F32');
    } finally {
      folder.remove();
    }
  });
}

test.run();
