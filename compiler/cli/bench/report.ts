/** All that is told of a benchmark: what ran where, and how long it took. */
import type { VariantDescription } from '../show-sweep.ts';
import type { Result } from './result.ts';

export interface BenchAdapter {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  /** Names the driver and its version, where the driver tells. */
  readonly description: string;
  /** That of an adapter of WebGPU, or `cpu`. */
  readonly class: string;
}

export interface BenchReport {
  readonly formatVersion: '1.0';
  readonly adapter: BenchAdapter;
  readonly host: { readonly processor: string; readonly cores: number; readonly platform: string };
  readonly versions: Readonly<Record<string, string>>;
  readonly date: string;
  readonly command: string;
  readonly results: readonly Result[];
}

/** What was asked for under one name: a model, or the variants of a sweep. */
export type Block =
  | { readonly kind: 'model'; readonly results: readonly Result[] }
  | {
      readonly kind: 'sweep';
      readonly sweep: string;
      readonly base: string;
      readonly variants: readonly BenchedVariant[];
    };

export interface BenchedVariant extends VariantDescription {
  readonly results: readonly Result[];
}
