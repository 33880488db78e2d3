/** Which of the dicts in a pickle is the state dict, and what is in it. */
import { CheckpointFileError, quoteName } from './checkpoint-file-error.ts';
import {
  describeValue,
  isDict,
  isObject,
  isTensor,
  type PickleDict,
  type PickleTensor,
  type PickleValue,
} from './pickle-values.ts';

export interface StateDict {
  /** Keys that led to it, joined by dots; null where the file holds nothing around it. */
  readonly wrapper: string | null;
  readonly tensors: ReadonlyMap<string, PickleTensor>;
  /** Keys of values that are no tensors, such as counters. */
  readonly skipped: readonly string[];
  /** Keys of other state dicts in the file, such as that of averaged weights. */
  readonly others: readonly string[];
}

interface Found {
  readonly path: readonly string[];
  readonly dict: PickleDict;
}

/** The first that leads to tensors is taken. */
const wrappers: readonly string[] = ['model', 'state_dict', 'model_ema', 'state_dict_ema', 'model_state', 'module'];
const deepestWrapper = 4;
/** How many keys a message shows. */
const shown = 5;

/** Throws where there is none, or where it holds an object that is no tensor. */
export function findStateDict(root: PickleValue): StateDict {
  const found = search(root, isTensor) ?? search(root, isForeign);
  if (!found) throw noStateDict(root);
  const { path, dict } = found;
  const tensors = new Map<string, PickleTensor>();
  const skipped: string[] = [];
  for (const [key, value] of dict.entries) {
    if (isForeign(value)) throw foreign(path, key, value);
    if (isTensor(value)) tensors.set(tensorName(key), value);
    else skipped.push(typeof key === 'string' ? key : describeValue(key));
  }
  return { wrapper: path.length === 0 ? null : path.join('.'), tensors, skipped, others: othersOf(root, found) };
}

/** An object that has a meaning only for a program. */
function isForeign(value: PickleValue): boolean {
  return isObject(value) && !['tensor', 'dict', 'list', 'tuple', 'other'].includes(value.kind);
}

/** The first dict, from the innermost wrapper outwards, with such a value. Each is looked at once: they can be circular. */
function search(root: PickleValue, isWanted: (value: PickleValue) => boolean): Found | undefined {
  const visited = new Set<PickleDict>();
  const visit = (dict: PickleDict, path: readonly string[]): Found | undefined => {
    if (visited.has(dict) || path.length > deepestWrapper) return undefined;
    visited.add(dict);
    for (const wrapper of wrappers) {
      const inner = dict.entries.get(wrapper) ?? null;
      const found = isDict(inner) ? visit(inner, [...path, wrapper]) : undefined;
      if (found) return found;
    }
    return [...dict.entries.values()].some(isWanted) ? { path, dict } : undefined;
  };
  return isDict(root) ? visit(root, []) : undefined;
}

/** Whoever averaged their weights has two models in a file, and should know which one this is. */
function othersOf(root: PickleValue, { path, dict }: Found): readonly string[] {
  if (!isDict(root)) return [];
  return wrappers.filter((wrapper) => {
    const other = wrapper === path[0] ? undefined : search(root.entries.get(wrapper) ?? null, isTensor);
    return other !== undefined && other.dict !== dict;
  });
}

function tensorName(key: PickleValue): string {
  if (typeof key === 'string') return key;
  throw new CheckpointFileError(`the state dict has a tensor under ${describeValue(key)}, and names are strings`);
}

function foreign(path: readonly string[], key: PickleValue, value: PickleValue): CheckpointFileError {
  const last = typeof key === 'string' ? key : describeValue(key);
  const name = quoteName([...path, last].join('.'));
  return new CheckpointFileError(
    `${name} is ${describeValue(value)} and no tensor: it was not run; save model.state_dict(), which holds tensors alone`,
  );
}

function noStateDict(root: PickleValue): CheckpointFileError {
  const advice = `save model.state_dict(), by itself or under one of ${wrappers.join(', ')}`;
  if (!isDict(root))
    return new CheckpointFileError(`the file holds ${describeValue(root)} and no state dict: ${advice}`);
  const keys: readonly string[] = [...root.entries.keys()].filter((key) => typeof key === 'string');
  const more = keys.length > shown ? ', …' : '';
  const list = keys.slice(0, shown).map(quoteName).join(', ');
  return new CheckpointFileError(`the file has no tensors under its keys (${list}${more}): ${advice}`);
}
