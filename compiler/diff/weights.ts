/** What becomes of each tensor when the weights of A are loaded into B. */
import type { Graph } from '../graph/node.ts';
import { sameDims } from '../ops/op.ts';
import type { Fate, TensorChange, TensorSide, WeightsChange } from './difference.ts';
import { biasTable, type Role, type RoledTensor, tensorsOf } from './tensors.ts';

interface Judgement {
  readonly fate: Fate;
  /** Why the tensor cannot be loaded as it is. */
  readonly reason: string | null;
}

const listed = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

const spellExtent = ({ extent }: Role): string | null => (extent ? `${extent.of} ${extent.size.join('x')}` : null);

const sameExtent = (first: Role, second: Role): boolean =>
  sameDims(first.extent?.size ?? [], second.extent?.size ?? []);

/** A table has a row for each distance between two tokens of a window, and a column for each head. */
const sameHeads = (first: RoledTensor, second: RoledTensor): boolean => first.shape[1] === second.shape[1];

/**
 * Two tensors of one name. The shape is not enough: a norm may have as many values per token as per channel, and windows
 * of 4x8 and 8x4 tokens have tables of one shape.
 */
const judgePair = (from: RoledTensor, to: RoledTensor): Judgement => {
  const reason = (spell: (tensor: RoledTensor) => string | null): string => `${spell(from)} in A, ${spell(to)} in B`;
  if (from.role.kind !== to.role.kind) return { fate: 'notTransferable', reason: reason(({ role }) => role.kind) };
  const isTable = to.role.kind === biasTable;
  if (isTable && !sameHeads(from, to)) {
    return { fate: 'notTransferable', reason: reason(({ shape }) => `${shape[1]} heads`) };
  }
  if (!sameExtent(from.role, to.role)) {
    const fate = isTable ? 'interpolate' : 'notTransferable';
    return { fate, reason: reason(({ role }) => spellExtent(role)) };
  }
  if (sameDims(from.shape, to.shape)) return { fate: 'carry', reason: null };
  return { fate: 'notTransferable', reason: reason(({ shape }) => listed(shape)) };
};

const judge = (from: RoledTensor | undefined, to: RoledTensor | undefined): Judgement => {
  if (from && to) return judgePair(from, to);
  return { fate: from ? 'dropped' : 'new', reason: null };
};

const sideOf = (tensor: RoledTensor | undefined): TensorSide | null =>
  tensor ? { shape: tensor.shape, role: tensor.role.kind, extent: spellExtent(tensor.role) } : null;

/** The tensors in the order in which B meets them, then those that only A has. */
export const compareWeights = (a: Graph, b: Graph): WeightsChange => {
  const [before, after] = [tensorsOf(a), tensorsOf(b)];
  const groups: Record<Fate, TensorChange[]> = {
    carry: [],
    interpolate: [],
    new: [],
    dropped: [],
    notTransferable: [],
  };
  for (const name of new Set([...after.keys(), ...before.keys()])) {
    const [from, to] = [before.get(name), after.get(name)];
    const { fate, reason } = judge(from, to);
    groups[fate].push({ name, stage: (to ?? from)?.stage ?? null, from: sideOf(from), to: sideOf(to), reason });
  }
  const counted = (fate: Fate) => ({ count: groups[fate].length, tensors: groups[fate] });
  return {
    carry: counted('carry'),
    interpolate: counted('interpolate'),
    new: counted('new'),
    dropped: counted('dropped'),
    notTransferable: counted('notTransferable'),
  };
};
