import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NpyError, type NpyErrorCode, parseNpy, serialiseNpy } from '../../compiler/cli/npy.ts';

const test = suite('npy');

test('reads what it writes, for any shape', () => {
  for (const shape of [[], [6], [2, 3], [1, 2, 0, 4], [1, 3, 1, 2]]) {
    const length = shape.reduce((product, size) => product * size, 1);
    const data = Float32Array.from({ length }, (_, index) => index / 3);
    assert.equal(parseNpy(serialiseNpy({ shape, data })), { shape, data });
  }
});

test('writes the very bytes of NumPy', () => {
  const file = serialiseNpy({ shape: [2], data: Float32Array.of(1, 2) });
  const header = new TextDecoder('latin1').decode(file.subarray(0, 128));
  const dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
  assert.is(header, `\x93NUMPY\x01\x00\x76\x00${dictionary.padEnd(117)}\n`);
  assert.equal([...file.subarray(128)], [0, 0, 128, 63, 0, 0, 0, 64]);
});

test('reads headers of versions 2 and 3, in any order and spacing', () => {
  for (const version of [1, 2, 3]) {
    const file = fileOf("{ 'shape':( 2 , 1 ,),'fortran_order' :False, 'descr': '<f4' }\n", 8, version);
    assert.equal(parseNpy(file).shape, [2, 1]);
  }
});

const dictionary = (descr: string, order: string, shape: string) =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

const faults: readonly (readonly [NpyErrorCode, string, number])[] = [
  ['unsupported', dictionary("'<f8'", 'False', '(2,)'), 16],
  ['unsupported', dictionary("'>f4'", 'False', '(2,)'), 8],
  ['unsupported', dictionary("[('x', '<f4')]", 'False', '(2,)'), 8],
  ['unsupported', dictionary("'<f4'", 'True', '(2,)'), 8],
  ['damaged', dictionary("'<f4'", 'False', '(2,)'), 7],
  ['damaged', dictionary("'<f4'", 'False', '(2,)'), 12],
  ['damaged', dictionary("'<f4'", 'False', '(2 3)'), 24],
  ['damaged', dictionary("'<f4'", 'False', '(,)'), 0],
  ['damaged', dictionary("'<f4'", 'False', '(99999999999, 99999999999)'), 0],
  ['damaged', dictionary("'<f4'", 'False', "'(2,)'"), 8],
  ['damaged', "{'descr': '<f4', 'fortran_order': False}", 8],
  ['damaged', "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': True}", 8],
  ['damaged', "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 8],
  ['damaged', `${dictionary("'<f4'", 'False', '(2,)')}x`, 8],
  ['damaged', '', 8],
];

for (const [code, header, size] of faults) {
  test(`refuses ${header.trim() || 'an empty header'} with ${size} bytes: ${code}`, () => {
    failsWith(code, fileOf(header, size, 1));
  });
}

test('refuses files that are none or end early', () => {
  failsWith('not-npy', new Uint8Array(0));
  failsWith('not-npy', new TextEncoder().encode('PK\x03\x04'));
  const whole = serialiseNpy({ shape: [1], data: Float32Array.of(1) });
  for (const length of [8, 9, 11, 100]) failsWith('damaged', whole.subarray(0, length));
  failsWith('unsupported', fileOf('', 0, 4));
  failsWith('unsupported', whole.subarray(0, 6));
});

function fileOf(header: string, size: number, version: number): Uint8Array {
  const length = version === 1 ? 2 : 4;
  const file = new Uint8Array(8 + length + header.length + size);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(file.buffer);
  if (version === 1) view.setUint16(8, header.length, true);
  else view.setUint32(8, header.length, true);
  file.set(new TextEncoder().encode(header), 8 + length);
  return file;
}

function failsWith(code: NpyErrorCode, bytes: Uint8Array): void {
  assert.throws(
    () => parseNpy(bytes),
    (error: unknown) => error instanceof NpyError && error.code === code,
  );
}

test.run();
