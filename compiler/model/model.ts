/**
 * A model as the language means it: every default filled in, every list expanded, windows and shifts clamped.
 * Everything that comes after `resolve` reads this and never the syntax tree.
 */
import type { Preprocess, Size } from '../../runtime/plan.ts';

export type { Preprocess, Size };

export type Norm =
  | { readonly kind: 'layer'; readonly epsilon: number }
  /** Statistics per channel, or, as Swin-Free-BR was released, per token position of the stage's grid. */
  | { readonly kind: 'batch'; readonly per: 'channel' | 'token'; readonly epsilon: number }
  | { readonly kind: 'none' };

/** What attention adds to the score of two tokens for the offset between them. */
export type Position =
  | { readonly kind: 'table' }
  | { readonly kind: 'none' }
  /** Swin V2's: a network of `hidden` channels over log-spaced offsets, counted in windows of the size `span`. */
  | {
      readonly kind: 'continuous';
      readonly hidden: number;
      /** The window that the network was trained with; undefined where that is the block's own. */
      readonly span: Size | undefined;
    };

export type Activation = 'gelu' | 'gelu-tanh' | 'relu' | 'silu';

export interface Block {
  /** Tokens per window, after clamping. */
  readonly window: Size;
  /** Tokens by which the grid is rolled up and left before partitioning, after clamping; zero where nothing shifts. */
  readonly shift: Size;
}

export interface Stage {
  /** Counted from 1, as in the paper. */
  readonly number: number;
  /** Tokens of the stage, before any padding. */
  readonly grid: Size;
  readonly dim: number;
  readonly heads: number;
  /** Width of the MLP's hidden layer: floor(dim * mlp ratio). */
  readonly hidden: number;
  readonly norm: Norm;
  readonly activation: Activation;
  readonly position: Position;
  readonly blocks: readonly Block[];
}

export interface Model {
  readonly name: string;
  readonly input: { readonly height: number; readonly width: number; readonly channels: number };
  /** 0: no head; the model returns the pooled vector. */
  readonly classes: number;
  readonly patch: Size;
  readonly patchNorm: Norm;
  readonly mergeNorm: Norm;
  readonly finalNorm: Norm;
  /** Whether the norms of blocks and merging stand before their branch or, as in Swin V2, after it. */
  readonly normPlacement: 'pre' | 'post';
  readonly stages: readonly Stage[];
  /** Where zeros complete a grid that the window does not divide: before the roll (torchvision) or after it (timm). */
  readonly pad: 'error' | 'before-shift' | 'after-shift';
  /** Similarity of queries and keys: their product over the root of its length, or, as in Swin V2, their cosine. */
  readonly attention: 'dot' | 'cosine';
  /** `q-v`: queries and values have one, keys have none. */
  readonly qkvBias: 'on' | 'off' | 'q-v';
  /** Stages, counted from 1, whose maps are outputs too. */
  readonly features: readonly number[];
  readonly featuresNorm: Norm;
  readonly preprocess: Preprocess;
}
