/**
 * The few functions and types that a pickled state dict needs, each as what it means for the reader. Every other name
 * stands for nothing: it becomes a placeholder, and so does whatever is made from it.
 */
import type { Dtype } from '../../../runtime/safetensors.ts';
import { inertOf, malformed, type PickleMachine, spend } from './pickle-machine.ts';
import { isDict, isObject, isTensor, type PickleDict, type PickleStorage, type PickleValue } from './pickle-values.ts';

type Call = (arguments_: readonly PickleValue[], machine: PickleMachine, name: string) => PickleValue;

const storageDtypes: Readonly<Record<string, Dtype>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

const storageModules: readonly string[] = ['torch', 'torch.cuda'];

/** PyTorch's own limit. */
const mostDimensions = 64;
/** Keys are numbers in digits; one that is looked up again and again must not be long. */
const longestKey = 100;

const tensorCalls: ReadonlyMap<string, Call> = new Map([
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', firstTensor],
  ['torch._utils._rebuild_parameter_with_state', firstTensor],
]);

const setCall: Call = () => ({ kind: 'other', what: 'a set' });
const bytesCall: Call = () => ({ kind: 'other', what: 'bytes' });

const calls: ReadonlyMap<string, Call> = new Map([
  ...tensorCalls,
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
  ['torch.Size', firstArgument],
  ['collections.OrderedDict', orderedDict],
  ['_codecs.encode', bytesCall],
  ...['builtins', '__builtin__'].flatMap((module): [string, Call][] => [
    [`${module}.set`, setCall],
    [`${module}.frozenset`, setCall],
    [`${module}.bytes`, bytesCall],
    [`${module}.bytearray`, bytesCall],
  ]),
]);

/** Types that only say what a tensor is. */
const tensorTypes: ReadonlySet<string> = new Set([
  'torch.Tensor',
  'torch._tensor.Tensor',
  'torch.nn.parameter.Parameter',
]);

export function lookUpGlobal(machine: PickleMachine, module: string, name: string): PickleValue {
  const full = `${module}.${name}`;
  const dtype = storageModules.includes(module) && Object.hasOwn(storageDtypes, name) ? storageDtypes[name] : undefined;
  if (dtype !== undefined) return { kind: 'storage-type', name: full, dtype };
  if (calls.has(full) || tensorTypes.has(full)) return { kind: 'global', name: full };
  return inertOf(machine, full);
}

/** What a function or type answers. Of a placeholder that is the placeholder. */
export function callValue(machine: PickleMachine, callee: PickleValue, arguments_: PickleValue): PickleValue {
  if (!isObject(callee)) throw malformed('it calls what is no function');
  if (callee.kind === 'inert') return callee;
  if (callee.kind === 'storage-type') return inertOf(machine, callee.name);
  if (callee.kind !== 'global') throw malformed('it calls what is no function');
  if (!isObject(arguments_) || arguments_.kind !== 'tuple') throw malformed('it calls a function without a tuple');
  const call = calls.get(callee.name);
  return call ? call(arguments_.items, machine, callee.name) : inertOf(machine, callee.name);
}

/** ('storage', type, key, location, count): values in a file of their own. */
export function loadPersistent(identifier: PickleValue): PickleValue {
  if (!isObject(identifier) || identifier.kind !== 'tuple') throw malformed('a persistent id is not a tuple');
  const [keyword, type = null, key, , count] = identifier.items;
  if (keyword !== 'storage') throw malformed('a persistent id names no storage');
  if (isObject(type) && type.kind === 'inert') return type;
  if (!isObject(type) || type.kind !== 'storage-type') throw malformed('a storage has no type');
  if (typeof key !== 'string' || key.length > longestKey || !isCount(count))
    throw malformed('a storage has no key or no size');
  return { kind: 'storage', dtype: type.dtype, key, count };
}

function rebuildTensor(arguments_: readonly PickleValue[], machine: PickleMachine, name: string): PickleValue {
  const [storage = null, offset, size, strides, , , metadata = null] = arguments_;
  if (isObject(storage) && storage.kind === 'inert') return storage;
  // A tensor that is negated or conjugated when it is read would be read wrongly.
  if (isDict(metadata) && metadata.entries.size > 0) return inertOf(machine, `${name}.metadata`);
  const shape = readCounts(size);
  const steps = readCounts(strides);
  if (!isStorage(storage) || !isCount(offset) || shape === undefined || steps?.length !== shape.length) {
    throw malformed('a tensor is made of something else than a storage, an offset, a shape and strides');
  }
  return { kind: 'tensor', storage, offset, shape, strides: steps };
}

function firstTensor(arguments_: readonly PickleValue[]): PickleValue {
  const [first = null] = arguments_;
  const isFit = isTensor(first) || (isObject(first) && first.kind === 'inert');
  if (!isFit) throw malformed('a parameter is made of something else than a tensor');
  return first;
}

/** A tensor with attributes of its own: (function, type, arguments, attributes). */
function rebuildFromType(arguments_: readonly PickleValue[], machine: PickleMachine): PickleValue {
  const [inner = null, type = null, innerArguments = null] = arguments_;
  const isTensorCall = isObject(inner) && inner.kind === 'global' && tensorCalls.has(inner.name);
  if (isObject(type) && type.kind === 'inert') return type;
  if (isTensorCall) return callValue(machine, inner, innerArguments);
  if (isObject(inner) && inner.kind === 'inert') return inner;
  throw malformed('a tensor with attributes is made of something else than a tensor');
}

function firstArgument(arguments_: readonly PickleValue[]): PickleValue {
  return arguments_[0] ?? { kind: 'tuple', items: [] };
}

/** Empty, or from a list of pairs, as Python 2 wrote it. */
function orderedDict(arguments_: readonly PickleValue[], machine: PickleMachine): PickleDict {
  const [list] = arguments_;
  if (list === undefined) return { kind: 'dict', entries: new Map() };
  if (!isObject(list) || list.kind !== 'list') throw malformed('an OrderedDict is made of something else than pairs');
  spend(machine, list.items.length);
  return { kind: 'dict', entries: new Map(list.items.map(readPair)) };
}

function readPair(pair: PickleValue): [PickleValue, PickleValue] {
  if (isObject(pair) && (pair.kind === 'list' || pair.kind === 'tuple')) {
    const [key, value] = pair.items;
    if (key !== undefined && value !== undefined) return [key, value];
  }
  throw malformed('an OrderedDict is made of something else than pairs');
}

function readCounts(value: PickleValue | undefined): readonly number[] | undefined {
  if (value === undefined || !isObject(value) || value.kind !== 'tuple') return undefined;
  const { items } = value;
  return items.length <= mostDimensions && items.every(isCount) ? items : undefined;
}

const isCount = (value: PickleValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isStorage = (value: PickleValue): value is PickleStorage => isObject(value) && value.kind === 'storage';
