/**
 * Tables of measured choices among kernels. An entry says which of a dispatch's candidates was fastest on an adapter; its
 * key holds whatever the candidates agree on, so that a table serves every model that has such a dispatch, and says
 * nothing once the kernels have changed.
 */

import type { Candidate, PlanDispatch } from './plan.ts';
import type { BatchBucket, Tuning } from './select.ts';

/** Adapters of one kind, as GPUAdapterInfo tells them apart. */
export interface TunedAdapter {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
}

export interface TuningEntry {
  /** What is computed: see `workOf`. */
  readonly work: string;
  readonly batch: BatchBucket;
  /** The fastest candidate: see `choiceOf`. */
  readonly choice: string;
  /** Median milliseconds of one dispatch by each candidate. */
  readonly milliseconds: Readonly<Record<string, number>>;
}

export interface TuningTable {
  readonly formatVersion: '1.0';
  readonly adapter: TunedAdapter & { readonly description: string };
  readonly entries: readonly TuningEntry[];
}

type Constants = Readonly<Record<string, number>>;

/** The constants that all candidates have alike. */
function commonConstants(candidates: readonly Candidate[]): Constants {
  const [first, ...rest] = candidates;
  const shared = Object.entries(first?.constants ?? {}).filter(([name, value]) =>
    rest.every(({ constants }) => constants[name] === value),
  );
  return Object.fromEntries(shared);
}

const printConstants = (constants: Constants): readonly string[] =>
  Object.entries(constants)
    .filter(([, value]) => value !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);

/** `linear BIAS=1 K=96 N=288 ROWS=3136 Input=f32 …`: a dispatch without the choice of its kernel. */
export function workOf({ op, candidates }: Pick<PlanDispatch, 'op' | 'candidates'>): string {
  const types = Object.entries(candidates[0]?.types ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [op, ...printConstants(commonConstants(candidates)), ...types.map(([name, type]) => `${name}=${type}`)].join(
    ' ',
  );
}

/** `linear-subgroup SUBGROUP=8`: a candidate by its kernel, and the constants that are its own. */
export function choiceOf({ candidates }: Pick<PlanDispatch, 'candidates'>, candidate: Candidate): string {
  return choiceBeside(commonConstants(candidates), candidate);
}

function choiceBeside(common: Constants, candidate: Candidate): string {
  const own = Object.entries(candidate.constants).filter(([name]) => !Object.hasOwn(common, name));
  return [candidate.kernel, ...printConstants(Object.fromEntries(own))].join(' ');
}

export function isTunedFor(adapter: TunedAdapter, { adapter: tuned }: TuningTable): boolean {
  return (
    tuned.vendor === adapter.vendor && tuned.architecture === adapter.architecture && tuned.device === adapter.device
  );
}

const keyOf = ({ work, batch }: Pick<TuningEntry, 'work' | 'batch'>): string => `${batch}: ${work}`;

/** What the tables measured on such an adapter; of two entries for the same work the later table's counts. */
export function tuningOf(tables: readonly TuningTable[], adapter: TunedAdapter): Tuning {
  const entries = tables.filter((table) => isTunedFor(adapter, table)).flatMap((table) => table.entries);
  const choices = new Map(entries.map((entry) => [keyOf(entry), entry.choice]));
  return (dispatch, runnable, batch) => {
    const choice = choices.get(keyOf({ work: workOf(dispatch), batch }));
    if (choice === undefined) return undefined;
    const common = commonConstants(dispatch.candidates);
    return runnable.find((candidate) => choiceBeside(common, candidate) === choice);
  };
}

/** The entries that concern some dispatches. */
export function tablesFor(dispatches: readonly PlanDispatch[], tables: readonly TuningTable[]): readonly TuningTable[] {
  // Dispatches of equal blocks may share their list.
  const distinct = new Map(dispatches.map((dispatch) => [dispatch.candidates, dispatch]));
  const works = new Set([...distinct.values()].map(workOf));
  return tables
    .map((table) => ({ ...table, entries: table.entries.filter(({ work }) => works.has(work)) }))
    .filter(({ entries }) => entries.length > 0);
}

/** A table with an entry for each work of both; those of the newer one count. */
export function mergeTables(older: TuningTable, newer: TuningTable): TuningTable {
  const entries = new Map([...older.entries, ...newer.entries].map((entry) => [keyOf(entry), entry]));
  return { ...newer, entries: [...entries.values()] };
}

/** Prefers kernels named `…-FAMILY`, wherever they can run. */
export function preferFamily(family: string): Tuning {
  return (_, runnable) => runnable.find(({ kernel }) => kernel.endsWith(`-${family}`));
}
