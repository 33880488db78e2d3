/** What a package says about itself: `info` in its model.ts, and the marker in its package.json. */
import type { ElementType, Preprocess } from '../../../runtime/plan.ts';

export interface FeatureInfo {
  /** Counted from 1. */
  readonly stage: number;
  /** Of one image. */
  readonly shape: readonly number[];
}

export interface PackageInfo {
  readonly name: string;
  /** One image is float32 [channels, height, width]. */
  readonly input: { readonly channels: number; readonly height: number; readonly width: number };
  /** 0: the model returns its pooled vector. */
  readonly classes: number;
  readonly features: readonly FeatureInfo[];
  readonly preprocess: Preprocess;
  readonly elementType: ElementType;
  readonly parameters: number;
  /** Multiply-accumulates of the matrix products, for one image. */
  readonly macs: number;
  /** `synthetic:GAIN`, or the digest of the checkpoint. */
  readonly weights: string;
}

/** Under `swinc` in package.json: by it we know a folder that we may replace, and one that we can run. */
export interface PackageMarker {
  readonly formatVersion: string;
  readonly model: string;
}

export const packageFormatVersion = '1.0';
