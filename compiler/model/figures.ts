/** What can be counted of a model without running it. `measure` in `graph/cost.ts` fills it in from the naive graph. */
export interface StageFigures {
  /** Trainable values of the stage's blocks and of the merging that ends it. */
  readonly params: number;
  /** Multiply-accumulates of the matrix products for one image, on padded grids where there is padding. */
  readonly macs: number;
  /** Tokens of the stage's grid, before padding. */
  readonly tokens: number;
  /** Windows of the stage's first block. */
  readonly windows: number;
}

export interface Figures {
  readonly params: number;
  readonly macs: number;
  readonly stages: readonly StageFigures[];
}
