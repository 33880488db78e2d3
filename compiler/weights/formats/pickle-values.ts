/**
 * What a pickle can hold here. Only what a state dict is made of has contents; everything else is a word that says what
 * stood there. Dicts and lists grow while a pickle is read, and may contain themselves.
 */
import type { Dtype } from '../../../runtime/safetensors.ts';

export type PickleValue = null | boolean | number | bigint | string | PickleObject;

export type PickleObject =
  | PickleDict
  | PickleList
  | PickleTuple
  | PickleTensor
  | PickleStorage
  | PickleGlobal
  | PickleStorageType
  | PickleInert
  | PickleOther;

export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<PickleValue, PickleValue>;
}

export interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

/** A view of a storage, in values and not in bytes; nothing is checked against the storage yet. */
export interface PickleTensor {
  readonly kind: 'tensor';
  readonly storage: PickleStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Values that lie in a file of their own beside the pickle. */
export interface PickleStorage {
  readonly kind: 'storage';
  readonly dtype: Dtype;
  readonly key: string;
  readonly count: number;
}

/** A function or type that is known by name; see `pickle-globals.ts`. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly name: string;
}

export interface PickleStorageType {
  readonly kind: 'storage-type';
  readonly name: string;
  readonly dtype: Dtype;
}

/** Stands for any other function or type, for what it was called with, and for what it would have answered. */
export interface PickleInert {
  readonly kind: 'inert';
  readonly name: string;
}

/** A value of Python's own whose contents nobody asks for. */
export interface PickleOther {
  readonly kind: 'other';
  readonly what: 'a set' | 'bytes';
}

export const isObject = (value: PickleValue): value is PickleObject => typeof value === 'object' && value !== null;

export const isTensor = (value: PickleValue): value is PickleTensor => isObject(value) && value.kind === 'tensor';

export const isDict = (value: PickleValue): value is PickleDict => isObject(value) && value.kind === 'dict';

/** The word for a value in a message. */
export function describeValue(value: PickleValue): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'boolean') return 'a truth value';
  if (!isObject(value)) return 'a number';
  if (value.kind === 'other') return value.what;
  if (value.kind === 'inert' || value.kind === 'global' || value.kind === 'storage-type')
    return `an object of ${value.name}`;
  return `a ${value.kind}`;
}
