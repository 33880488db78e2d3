/** Rows of a parameter, read alone, are those of the whole: in every layout and type, and no more of the file is read. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import { openFile } from '../../compiler/cli/file-source.ts';
import type { Graph } from '../../compiler/graph/node.ts';
import { exportCheckpoint } from '../../compiler/weights/export-checkpoint.ts';
import { importCheckpoint } from '../../compiler/weights/import-checkpoint.ts';
import { parametersOfTensors } from '../../compiler/weights/parameter-source.ts';
import type { ByteSource } from '../../runtime/byte-source.ts';
import { toHalves } from '../../runtime/float16.ts';
import {
  type Dtype,
  openSafetensors,
  partOf,
  serialiseSafetensors,
  type Tensor,
  toFloat32,
} from '../../runtime/safetensors.ts';
import { readCheckpoint, readTensors } from '../support/checkpoints.ts';
import { specModel } from '../support/model.ts';

const swin = buildGraph(specModel('micro/micro-swin.swin'));
const swinV2 = buildGraph(specModel('micro/micro-swinv2.swin'));

/** A file that is copied from, as one on disk is; counts the bytes. */
function countingSource(file: Uint8Array): { readonly source: ByteSource; readonly seen: { bytes: number } } {
  const seen = { bytes: 0 };
  const read: ByteSource['read'] = (begin, end, memory = new Uint8Array(end - begin)) => {
    seen.bytes += end - begin;
    memory.set(file.subarray(begin, end));
    return memory.subarray(0, end - begin);
  };
  return { source: { length: file.length, read }, seen };
}

/** Every run of rows of each parameter, in the order of the whole and against it, so that memory is used again. */
function requireRows(tensors: ReadonlyMap<string, Tensor>): void {
  const parameter = parametersOfTensors(tensors);
  for (const [name, tensor] of tensors) {
    const { shape } = tensor;
    const whole = [...toFloat32(tensor)];
    const [rows = 1] = shape;
    const columns = whole.length / rows;
    for (const count of new Set([1, 3, rows])) {
      for (let begin = 0; begin < rows; begin += count) {
        const end = Math.min(begin + count, rows);
        const values = parameter.rows?.(name, shape, { begin, end }) ?? [];
        assert.equal(Array.from(values), whole.slice(begin * columns, end * columns), `${name}, ${begin} to ${end}`);
      }
    }
  }
}

const models: readonly (readonly [Parameters<typeof readTensors>[0], Graph])[] = [
  ['microsoft-micro', swin],
  ['torchvision-v2-micro', swinV2],
];

for (const [name, graph] of models) {
  const { tensors } = importCheckpoint(readTensors(name), graph);
  for (const layout of ['microsoft', 'timm', 'torchvision', 'hf', 'openmmlab'] as const) {
    test(`${name} in the layout ${layout}`, () => {
      const { source, seen } = countingSource(serialiseSafetensors(exportCheckpoint(tensors, layout)));
      const stored = openSafetensors(source).tensors;
      const back = importCheckpoint(stored, graph).tensors;
      requireRows(back);
      for (const [key, tensor] of back) {
        const data = tensors.get(key)?.data ?? new Uint8Array();
        seen.bytes = 0;
        // Not whole rows: neither at the beginning nor at the end.
        const [begin, end] = [Math.floor(data.length / 3), data.length - 1];
        const part = partOf(tensor, begin, end, new Uint8Array(end - begin));
        assert.equal(part, data.subarray(begin, end), key);
        // One at each end may be needed whole; a vector's row is the vector.
        const rowBytes = data.length / (tensor.shape.length > 1 ? (tensor.shape[0] ?? 1) : 1);
        assert.ok(seen.bytes <= end - begin + 2 * rowBytes, `${key}: ${seen.bytes} bytes for ${end - begin}`);
      }
    });
  }
}

/** The upper half, rounded towards zero: what else a file holds is not the question. */
const toUpperHalves = (values: Float32Array): Uint16Array =>
  Uint16Array.from(new Uint32Array(values.buffer, values.byteOffset, values.length), (bits) => bits >>> 16);

const stored: Partial<Record<Dtype, (values: Float32Array) => ArrayBufferView>> = {
  F32: (values) => values,
  F16: (values) => toHalves(values),
  BF16: toUpperHalves,
  F64: (values) => Float64Array.from(values),
};

for (const dtype of ['F32', 'F16', 'BF16', 'F64'] as const) {
  test(`values in ${dtype}`, () => {
    const converted = [...readTensors('microsoft-micro')].flatMap(([name, tensor]): [string, Tensor][] => {
      const view = tensor.dtype === 'F32' ? stored[dtype]?.(toFloat32(tensor)) : undefined;
      if (view === undefined) return [];
      const data = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
      return [[name, { dtype, shape: tensor.shape, data }]];
    });
    assert.ok(converted.length > 50);
    // In memory, at whatever address the file's header leaves them, and copied.
    requireRows(new Map(converted));
    const file = serialiseSafetensors(new Map(converted));
    requireRows(openSafetensors(countingSource(file).source).tensors);
    const odd = new Uint8Array(file.length + 1);
    odd.set(file, 1);
    requireRows(openSafetensors({ length: file.length, read: (from, to) => odd.subarray(from + 1, to + 1) }).tensors);
  });
}

test('a file on disk, read into memory that is used again', () => {
  const { path, bytes } = readCheckpoint('timm-micro');
  const { read } = openFile(path);
  const memory = new Uint8Array(100).fill(0xff);
  const part = read(17, 57, memory);
  assert.is(part.buffer, memory.buffer);
  assert.equal(part, bytes.subarray(17, 57));
  assert.equal([...new Set(memory.subarray(40))], [0xff]);
  assert.equal(read(3, 9), bytes.subarray(3, 9));
  requireRows(importCheckpoint(openSafetensors(openFile(path)).tensors, swin).tensors);
});

test.run();
