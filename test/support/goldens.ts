/** The answers of the reference implementations, as `test/data/goldens/README.md` describes them. */
import { readFileSync } from 'node:fs';

const folder = new URL('../data/goldens/', import.meta.url);

export const goldenNames = [
  'micro-swin',
  'micro-swin-free',
  'micro-swinv2',
  'swin-t',
  'swin-free-t',
  'swin-free-t-br',
  'swin-free-b',
] as const;
export type GoldenName = (typeof goldenNames)[number];

export type NamedShape = readonly [name: string, shape: readonly number[]];

export interface GoldenConfig {
  readonly dim: number;
  readonly depths: readonly number[];
  readonly heads: readonly number[];
  /** One for all stages, or one a stage. */
  readonly window: number | readonly number[];
  readonly shift: boolean;
  /** The micro models say these; the others are 4, 224 and 1000. */
  readonly patch?: number;
  readonly image?: number;
  readonly classes?: number;
  /** The batch-norm variant says these. */
  readonly norm?: string;
  readonly act?: string;
  readonly merge_norm?: string;
}

/** The patch embedding, then each stage after its merging. */
export interface GoldenStage {
  readonly shape: readonly [batch: number, tokens: number, channels: number];
  readonly mean: number;
  readonly std: number;
  /** Flat indices of `value`. */
  readonly index: readonly number[];
  readonly value: readonly number[];
}

export interface Golden {
  readonly name: string;
  readonly reference: string;
  readonly config: GoldenConfig;
  readonly gain: number;
  readonly parameters: number;
  readonly tensors: readonly NamedShape[];
  readonly inputShape: readonly [batch: number, channels: number, height: number, width: number];
  readonly stages: readonly GoldenStage[];
  readonly logitsShape: readonly [batch: number, classes: number];
  readonly logits: Float32Array;
}

export interface ShapeCase {
  readonly name: string;
  readonly reference: string;
  readonly input: Golden['inputShape'];
  /** Tokens a window; of the last case, one side a stage. */
  readonly window: readonly [number, number];
  readonly shift: boolean;
  /** The last case, which compares a resized bias table, does not say these. */
  readonly pad: 'error' | 'before-shift' | 'after-shift' | undefined;
  readonly clamp: string | undefined;
  /** A row an image. */
  readonly logits: readonly (readonly number[])[];
}

interface ShapesFile {
  readonly cases: readonly {
    readonly name: string;
    readonly reference: string;
    readonly input: Golden['inputShape'];
    readonly window: readonly [number, number];
    readonly shift?: boolean;
    readonly pad?: ShapeCase['pad'];
    readonly clamp?: string;
    readonly logits: readonly number[] | readonly (readonly number[])[];
  }[];
}

interface GoldenFile {
  readonly name: string;
  readonly reference: string;
  readonly config: GoldenConfig;
  readonly weights: { readonly gain: number };
  readonly parameters: number;
  readonly tensors: readonly NamedShape[];
  readonly input: { readonly shape: Golden['inputShape'] };
  readonly stages: readonly GoldenStage[];
  readonly logits_shape: Golden['logitsShape'];
  readonly logits_f32_base64: string;
}

export function readGolden(name: GoldenName): Golden {
  const file: GoldenFile = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  const { reference, config, parameters, tensors, stages } = file;
  return {
    name: file.name,
    reference,
    config,
    gain: file.weights.gain,
    parameters,
    tensors,
    inputShape: file.input.shape,
    stages,
    logitsShape: file.logits_shape,
    logits: decodeFloats(file.logits_f32_base64),
  };
}

function decodeFloats(base64: string): Float32Array {
  // A copy: a pooled buffer need not start at a multiple of four.
  return new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
}

/** The small cases of `shapes.json`, all of the model `micro-swin` with other inputs and windows. */
export function readShapeCases(): readonly ShapeCase[] {
  const file: ShapesFile = JSON.parse(readFileSync(new URL('shapes.json', folder), 'utf8'));
  return file.cases.map(({ shift = true, pad, clamp, logits, ...shared }) => ({
    ...shared,
    shift,
    pad,
    clamp,
    logits: rowsOf(logits),
  }));
}

function rowsOf(logits: readonly number[] | readonly (readonly number[])[]): readonly (readonly number[])[] {
  const isFlat = (values: typeof logits): values is readonly number[] => typeof values[0] === 'number';
  return isFlat(logits) ? [logits] : logits;
}
