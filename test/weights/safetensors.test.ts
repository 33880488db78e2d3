import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  fromFloat32,
  parseSafetensors,
  SafetensorsError,
  type SafetensorsErrorCode,
  serialiseSafetensors,
  type Tensor,
  toFloat32,
} from '../../runtime/safetensors.ts';
import { checkpointNames, readCheckpoint } from '../support/checkpoints.ts';

const test = suite('safetensors');

test('reads the checkpoints of other writers', () => {
  for (const name of checkpointNames) {
    const { bytes, keys } = readCheckpoint(name);
    const { tensors, metadata } = parseSafetensors(bytes);
    assert.equal([...tensors.keys()].sort(), Object.keys(keys).sort());
    for (const [key, { shape }] of tensors) {
      // The writer made vectors of the scalars, which are counters that no model reads.
      if (!key.endsWith('.num_batches_tracked')) assert.equal(shape, keys[key], key);
    }
    assert.equal(metadata, { format: 'pt' });
  }
});

test('writes what it reads, whatever the order of the tensors', () => {
  const { bytes } = readCheckpoint('nvidia-swin-free-br-micro');
  const { tensors, metadata } = parseSafetensors(bytes);
  const written = serialiseSafetensors(tensors, metadata);
  const read = parseSafetensors(written);
  assert.is(read.tensors.size, tensors.size);
  for (const [name, tensor] of tensors) assert.equal(plain(read.tensors.get(name)), plain(tensor));
  assert.equal(serialiseSafetensors(new Map([...tensors].reverse()), metadata), written);
});

test('pads the header so that the values are aligned', () => {
  for (const name of ['a', 'ab', 'abcdefg', 'ä']) {
    const file = serialiseSafetensors(new Map([[name, fromFloat32(Float32Array.of(1, 2), [2], 'F32')]]), {});
    assert.is(new DataView(file.buffer).getUint32(0, true) % 8, 0);
    assert.is(parseSafetensors(file).tensors.get(name)?.data.byteOffset, file.length - 8);
  }
});

test('knows tensors without dimensions, without values and of half a byte', () => {
  const tensors = new Map<string, Tensor>([
    ['scalar', { dtype: 'I64', shape: [], data: new Uint8Array(8) }],
    ['empty', { dtype: 'F32', shape: [3, 0, 2], data: new Uint8Array(0) }],
    ['packed', { dtype: 'F4', shape: [3, 2], data: new Uint8Array(3) }],
    ['__proto__', { dtype: 'BOOL', shape: [1], data: new Uint8Array(1) }],
    ['7', { dtype: 'U8', shape: [2], data: new Uint8Array(2) }],
  ]);
  const read = parseSafetensors(serialiseSafetensors(tensors, {})).tensors;
  assert.is(read.size, tensors.size);
  for (const [name, tensor] of tensors) assert.equal(plain(read.get(name)), plain(tensor));
});

test('reads every floating-point type as float32, at odd addresses too', () => {
  const bytesOf: Readonly<Record<string, { dtype: Tensor['dtype']; data: ArrayBuffer }>> = {
    F32: { dtype: 'F32', data: Float32Array.of(1.5, -2).buffer },
    F16: { dtype: 'F16', data: Uint16Array.of(0x3e00, 0xc000).buffer },
    BF16: { dtype: 'BF16', data: Uint16Array.of(0x3fc0, 0xc000).buffer },
    F64: { dtype: 'F64', data: Float64Array.of(1.5, -2).buffer },
  };
  for (const { dtype, data } of Object.values(bytesOf)) {
    const shifted = new Uint8Array(data.byteLength + 1);
    shifted.set(new Uint8Array(data), 1);
    for (const view of [new Uint8Array(data), shifted.subarray(1)]) {
      assert.equal([...toFloat32({ dtype, shape: [2], data: view })], [1.5, -2], dtype);
    }
  }
  failsWith('not-floating-point', () => toFloat32({ dtype: 'I64', shape: [], data: new Uint8Array(8) }));
});

const one = '"dtype":"U8","shape":[1],"data_offsets":[0,1]';

/** What is wrong, and the header and values that show it. */
const faults: readonly (readonly [SafetensorsErrorCode, string, number])[] = [
  ['header-not-json', '', 0],
  ['header-not-json', ' {}', 0],
  ['header-not-json', '{', 0],
  ['header-not-json', '{}x', 0],
  ['header-not-json', '{"a":\u0001}', 0],
  ['duplicate-key', `{"a":{${one}},"a":{${one}}}`, 1],
  ['duplicate-key', `{"a":{${one}},"\\u0061":{${one}}}`, 1],
  ['duplicate-key', `{"a":{"dtype":"I8",${one}}}`, 1],
  ['duplicate-key', '{"__metadata__":{"k":"1","k":"2"}}', 0],
  ['duplicate-key', '{"__metadata__":{},"__metadata__":{}}', 0],
  ['invalid-metadata', '{"__metadata__":{"k":1}}', 0],
  ['invalid-metadata', '{"__metadata__":[]}', 0],
  ['invalid-name', `{"\\ud800":{${one}}}`, 1],
  ['invalid-tensor', '{"a":1}', 0],
  ['invalid-tensor', '{"a":null}', 0],
  ['invalid-tensor', '{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', 1],
  ['invalid-tensor', '{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}', 1],
  ['invalid-tensor', '{"a":{"dtype":"U8","shape":"1","data_offsets":[0,1]}}', 1],
  ['invalid-tensor', '{"a":{"dtype":"U8","shape":[1]}}', 1],
  ['invalid-tensor', '{"a":{"dtype":"U8","shape":[1],"data_offsets":[1]}}', 1],
  ['invalid-tensor', '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}', 1],
  ['invalid-tensor', '{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}', 1],
  ['invalid-tensor', '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1e300]}}', 1],
  ['unknown-dtype', '{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,1]}}', 1],
  ['unknown-dtype', '{"a":{"dtype":"toString","shape":[1],"data_offsets":[0,1]}}', 1],
  ['unknown-dtype', '{"a":{"shape":[1],"data_offsets":[0,1]}}', 1],
  ['size-mismatch', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1]}}', 1],
  ['size-mismatch', '{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}', 1],
  ['size-mismatch', '{"a":{"dtype":"U8","shape":[9007199254740991,9007199254740991],"data_offsets":[0,1]}}', 1],
  ['size-mismatch', '{"a":{"dtype":"F64","shape":[4503599627370496],"data_offsets":[0,8]}}', 8],
  ['not-contiguous', `{"a":{${one}},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}`, 3],
  ['not-contiguous', `{"a":{${one}},"b":{${one}}}`, 1],
  ['not-contiguous', '{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', 2],
  ['truncated', `{"a":{${one}}}`, 0],
  ['trailing-bytes', `{"a":{${one}}}`, 2],
  ['trailing-bytes', '{}', 1],
];

for (const [code, header, size] of faults) {
  test(`refuses ${header || 'an empty header'} with ${size} bytes: ${code}`, () => {
    failsWith(code, () => parseSafetensors(fileOf(new TextEncoder().encode(header), size)));
  });
}

test('refuses files that end early and headers that are too long', () => {
  failsWith('truncated', () => parseSafetensors(new Uint8Array(7)));
  failsWith('truncated', () => parseSafetensors(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)));
  failsWith('header-too-large', () => parseSafetensors(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1)));
  failsWith('header-too-large', () => parseSafetensors(Uint8Array.of(1, 0xe1, 0xf5, 5, 0, 0, 0, 0)));
});

test('refuses a header that is not UTF-8, and a byte order mark', () => {
  failsWith('header-not-json', () => parseSafetensors(fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 0)));
  failsWith('header-not-json', () => parseSafetensors(fileOf(new TextEncoder().encode('\ufeff{}'), 0)));
});

test('accepts a header padded with spaces, and a file without tensors', () => {
  assert.is(parseSafetensors(fileOf(new TextEncoder().encode('{}      '), 0)).tensors.size, 0);
});

test('refuses to write what it could not read', () => {
  const tensor: Tensor = { dtype: 'F32', shape: [1], data: new Uint8Array(4) };
  failsWith('invalid-name', () => serialiseSafetensors(new Map([['__metadata__', tensor]]), {}));
  failsWith('invalid-name', () => serialiseSafetensors(new Map([['\udc00', tensor]]), {}));
  failsWith('size-mismatch', () => serialiseSafetensors(new Map([['a', { ...tensor, shape: [2] }]]), {}));
});

function fileOf(header: Uint8Array, size: number): Uint8Array {
  const file = new Uint8Array(8 + header.length + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  return file;
}

function failsWith(code: SafetensorsErrorCode, action: () => unknown): void {
  assert.throws(action, (error: unknown) => error instanceof SafetensorsError && error.code === code);
}

/** Views compare by their bytes, not by where these lie. */
function plain(tensor: Tensor | undefined): unknown {
  return tensor && { dtype: tensor.dtype, shape: tensor.shape, data: [...tensor.data] };
}

test.run();
