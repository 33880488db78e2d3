/**
 * The plan: what a compiled model asks of a WebGPU device, as plain readonly JSON.
 *
 * It is the only thing that the compiler and the runtime share. A plan names buffers and dispatches; for each dispatch
 * it lists candidate kernels, and `select.ts` chooses among them when the model is loaded, so that one package runs on
 * any adapter.
 */

import type { TuningTable } from './tuning.ts';

export type ElementType = 'f32' | 'f16';

/** What kind of machine stands behind the adapter: a CPU in disguise, a GPU, or a GPU with matrix units. */
export type AdapterClass = 'software' | 'gpu' | 'gpu-matrix';

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** How an image becomes the model's input; the fields of the language's `preprocess`. Pixels are divided by 255 first. */
export interface Preprocess {
  /** Length of the shorter side after resizing, or both sides when the aspect ratio is not kept, in pixels. */
  readonly resize: number | Size;
  /** Centre crop, in pixels. */
  readonly crop: Size;
  readonly interpolation: 'bicubic' | 'bilinear' | 'nearest';
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface PlanBuffer {
  readonly name: string;
  readonly role: 'input' | 'weight' | 'activation' | 'output';
  readonly type: ElementType;
  /** Shape for one image when `batched`, else the whole shape. */
  readonly shape: readonly number[];
  readonly batched: boolean;
  /**
   * Buffers whose lifetimes do not overlap share a slot, which is one GPU buffer. An input lives from before the first
   * dispatch, an output until after the last; weights have no slot. Without one, a buffer has memory of its own.
   */
  readonly slot: number | null;
}

/** ceil(count * (batched ? batch : 1) / tile) workgroups along one dimension. */
export interface WorkgroupCount {
  readonly count: number;
  readonly batched: boolean;
  readonly tile: number;
}

export interface Candidate {
  readonly class: AdapterClass;
  /** Name of a file in `runtime/kernels`, without `.wgsl`. */
  readonly kernel: string;
  /** Values for the kernel's `const` declarations. */
  readonly constants: Readonly<Record<string, number>>;
  /** Element types for the kernel's `alias` declarations. */
  readonly types: Readonly<Record<string, ElementType>>;
  readonly workgroups: readonly [WorkgroupCount, WorkgroupCount, WorkgroupCount];
  /** With fewer workgroups a GPU idles, and the next candidate is preferred where nothing was measured. */
  readonly leastWorkgroups?: number;
  readonly requires: {
    readonly features: readonly string[];
    readonly limits: Readonly<Record<string, number>>;
    /** How many invocations must run together, on an adapter that has one such number. */
    readonly subgroupSize?: number;
  };
}

export interface PlanDispatch {
  readonly op: string;
  /** Stage counted from 1 and block counted from 0, where the dispatch belongs to one. */
  readonly stage: number | null;
  readonly block: number | null;
  /** Indices into `buffers`. */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Name of a kernel's binding → index into `buffers`. A binding that is not named gets a small empty buffer. */
  readonly bindings: Readonly<Record<string, number>>;
  /** In order of preference within a class. */
  readonly candidates: readonly Candidate[];
}

export interface PlanOutput {
  /** `logits` (the pooled vector of a model without classes), or `features` of a stage counted from 1. */
  readonly name: 'logits' | 'features';
  readonly stage: number | null;
  readonly buffer: number;
}

/** A map that the goldens sample: the patch embedding (stage 0) and each stage after its merging, [tokens, channels]. */
export interface PlanTap {
  readonly stage: number;
  readonly buffer: number;
}

export interface Plan {
  readonly formatVersion: '1.0';
  readonly model: string;
  readonly elementType: ElementType;
  /** Index of the input buffer: float32 [channels, height, width] for each image. */
  readonly input: number;
  readonly outputs: readonly PlanOutput[];
  readonly taps: readonly PlanTap[];
  readonly preprocess: Preprocess;
  readonly buffers: readonly PlanBuffer[];
  readonly dispatches: readonly PlanDispatch[];
  /** Measured choices among the candidates, for the adapters that they were measured on. */
  readonly tuning: readonly TuningTable[];
}
