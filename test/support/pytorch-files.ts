/** The files of test/data/pytorch, and what PyTorch says is in them. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Dtype } from '../../runtime/safetensors.ts';

export interface ExpectedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** In hexadecimal. */
  readonly bytes: string;
}

const folder = new URL('../data/pytorch/', import.meta.url);

export const pytorchFile = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));

export const pytorchFiles: readonly string[] = readdirSync(folder).filter((name) => /\.pth?$/.test(name));

export const expectedTensors: Readonly<Record<string, Readonly<Record<string, ExpectedTensor>>>> = JSON.parse(
  readFileSync(new URL('expected.json', folder), 'utf8'),
);

/** What PyTorch calls each. */
export const torchNames: Readonly<Partial<Record<Dtype, string>>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};
