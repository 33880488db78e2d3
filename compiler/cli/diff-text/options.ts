import type { Colours } from '../output.ts';

export interface TextOptions {
  readonly colours: Colours;
  /** Whether what is the same is shown too, and every tensor and pipeline by its name. */
  readonly all: boolean;
}
