/**
 * What differs between two models: plain readonly data, and all that the renderings of `swinc diff` know. `from` is
 * about A and `to` about B.
 */
import type { Span } from '../../grammar/source.ts';
import type { AdapterClass, ElementType } from '../../runtime/plan.ts';
import type { Model } from '../model/model.ts';

/** From no difference at all to one that no weights and no caller survive. */
export const verdicts = ['IDENTICAL', 'PLAN', 'LOADABLE', 'RETRAIN', 'INTERFACE'] as const;

export type Verdict = (typeof verdicts)[number];

/** Null where one of the two has no such thing, as when only B has a fifth stage. */
export interface Change<Value = number> {
  readonly from: Value | null;
  readonly to: Value | null;
}

export interface Side {
  /** As the command line names it: `specs/swin-b.swin`, `git:HEAD~1:specs/swin-b.swin#swin-b`. */
  readonly operand: string;
  readonly model: string;
  readonly file: string;
  readonly elementType: ElementType;
}

/** Where a value is written. */
export interface Place {
  readonly file: string;
  readonly span: Span;
  /** The model whose text this is: the one compared, or one that it extends. */
  readonly model: string;
}

/** A field as it is written, in canonical text: `window`, `merge.norm`; a list is one field. */
export interface FieldChange extends Change<string> {
  readonly path: string;
  /** The text that decides; null where it is the language's default, or where the value follows from other fields. */
  readonly fromAt: Place | null;
  readonly toAt: Place | null;
}

export interface SameFields {
  readonly count: number;
  readonly fields: readonly { readonly path: string; readonly text: string }[];
}

/** With every node a dispatch by itself, as the papers draw the model; and as the plan has it. */
export interface EagerAndPlannedChange {
  readonly eager: Change;
  readonly planned: Change;
}

/** For one image; bytes and values, not their printed forms. */
export interface CostChange {
  readonly tokens: Change;
  /** Of the first block of each stage. */
  readonly windows: Change;
  /** Blocks that shift. */
  readonly shifted: Change;
  readonly params: Change;
  readonly macs: Change;
  readonly dispatches: EagerAndPlannedChange;
  readonly bytesMoved: EagerAndPlannedChange;
  readonly rollBytes: EagerAndPlannedChange;
  readonly memory: {
    readonly weights: Change;
    /** The peak. */
    readonly activations: EagerAndPlannedChange;
    /** The most workgroup memory of any candidate kernel. */
    readonly workgroup: Change;
  };
}

type Pair = readonly [height: number, width: number];

/** What a drawing of a stage's tiling needs. */
export interface StageLayout {
  /** Tokens, before any padding. */
  readonly grid: Pair;
  readonly dim: number;
  readonly heads: number;
  /** Where tokens are added to a grid that the window does not divide: before or after the shift. */
  readonly pad: Model['pad'];
  readonly blocks: readonly { readonly window: Pair; readonly shift: Pair }[];
}

export interface StageChange extends CostChange {
  /** Counted from 1. */
  readonly number: number;
  readonly layout: Change<StageLayout>;
}

export interface DerivedChange {
  /** As many as the larger of the two models has. */
  readonly stages: readonly StageChange[];
  /** The patch embedding, the head and the norms of feature maps. */
  readonly outside: CostChange;
  readonly total: CostChange;
}

export interface TensorSide {
  readonly shape: readonly number[];
  /** What it is to the model: `weight of linear`, `mean of batch norm per token`. */
  readonly role: string;
  /** What else must be the same for it to carry: `window 7x7`, `token grid 56x56`. */
  readonly extent: string | null;
}

/** A tensor of A under `from`, one of B under `to`. */
export interface TensorChange extends Change<TensorSide> {
  readonly name: string;
  /** Counted from 1; null for the patch embedding, the head and the norms of feature maps. */
  readonly stage: number | null;
  /** Why it cannot be loaded as it is; null where it can, and for tensors that only one side has. */
  readonly reason: string | null;
}

export interface TensorGroup {
  readonly count: number;
  readonly tensors: readonly TensorChange[];
}

export const fates = ['carry', 'interpolate', 'new', 'dropped', 'notTransferable'] as const;

/** What becomes of a tensor when the weights of A are loaded into B. */
export type Fate = (typeof fates)[number];

/** The tensors of B are those that carry, are interpolated, new or not transferable; A has the dropped ones besides. */
export type WeightsChange = Readonly<Record<Fate, TensorGroup>>;

/** A kernel with the constants and types that specialise it: compiled once, however many dispatches use it. */
export interface PipelineUse {
  readonly kernel: string;
  readonly class: AdapterClass;
  /** Those that differ from the kernel's own. */
  readonly constants: Readonly<Record<string, number>>;
  /** Those that are not f32. */
  readonly types: Readonly<Record<string, ElementType>>;
  /** How many dispatches list it. */
  readonly dispatches: number;
}

export interface DispatchChange extends Change {
  readonly op: string;
}

export interface PlanChange {
  readonly kernels: {
    readonly gained: readonly string[];
    readonly lost: readonly string[];
    readonly shared: readonly string[];
  };
  readonly pipelines: {
    readonly gained: readonly PipelineUse[];
    readonly lost: readonly PipelineUse[];
    readonly shared: number;
  };
  /** By op, in the order in which the plans meet them; all of them, also those whose number is the same. */
  readonly dispatches: readonly DispatchChange[];
}

export interface LatencyStatistics {
  /** In milliseconds, in the order of measuring. */
  readonly samples: readonly number[];
  readonly median: number;
  /** Of the median, at 95 %. */
  readonly interval: readonly [low: number, high: number];
}

export interface LatencyChange extends TimeChange {
  readonly adapter: string;
  /** On adapters that are the CPU: the time of all its cores, which other processes disturb less. */
  readonly processor?: TimeChange;
}

export interface TimeChange {
  readonly from: LatencyStatistics;
  readonly to: LatencyStatistics;
  /** By how much B takes longer: the median of the ratios of each of its samples to each of A's. */
  readonly ratio: number;
  /** At 95 %; it excludes 1 where the difference is significant. */
  readonly ratioInterval: readonly [low: number, high: number];
  /** Of the Mann-Whitney test that both are the same. */
  readonly p: number;
  readonly significant: boolean;
}

export interface Difference {
  readonly formatVersion: '1.0';
  readonly a: Side;
  readonly b: Side;
  readonly verdict: Verdict;
  /** What the verdict means here, and what to do: one sentence. */
  readonly meaning: string;
  /** Those that changed. */
  readonly fields: readonly FieldChange[];
  readonly unchangedFields: SameFields;
  readonly derived: DerivedChange;
  readonly weights: WeightsChange;
  readonly plan: PlanChange;
  /** Where it was measured. */
  readonly latency?: LatencyChange;
}
