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
  readonly stages: readonly Stage[];
  /** Where zeros complete a grid that the window does not divide: before the roll (torchvision) or after it (timm). */
  readonly pad: 'error' | 'before-shift' | 'after-shift';
  readonly qkvBias: 'on' | 'off';
  readonly position: 'table' | 'none';
  /** Stages, counted from 1, whose maps are outputs too. */
  readonly features: readonly number[];
  readonly featuresNorm: Norm;
  readonly preprocess: Preprocess;
}
