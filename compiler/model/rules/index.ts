/** Every rule, in the order in which a reader would check them. */
import { featuresExist } from './features-exist.ts';
import { gridHalves } from './grid-halves.ts';
import { headsDivideDim } from './heads-divide-dim.ts';
import { patchDividesInput } from './patch-divides-input.ts';
import { preprocessFits } from './preprocess-fits.ts';
import type { Rule } from './rule.ts';
import { shiftClamped } from './shift-clamped.ts';
import { shiftHasEffect } from './shift-has-effect.ts';
import { shiftWithinWindow } from './shift-within-window.ts';
import { stageWidth } from './stage-width.ts';
import { targetLimits } from './target-limits.ts';
import { tokenNormLocksInput } from './token-norm-locks-input.ts';
import { widths } from './widths.ts';
import { windowClamped } from './window-clamped.ts';
import { windowFitsGrid } from './window-fits-grid.ts';
import { windowWithinGrid } from './window-within-grid.ts';

export const rules: readonly Rule[] = [
  patchDividesInput,
  gridHalves,
  windowWithinGrid,
  windowFitsGrid,
  windowClamped,
  shiftClamped,
  shiftWithinWindow,
  shiftHasEffect,
  headsDivideDim,
  stageWidth,
  widths,
  featuresExist,
  preprocessFits,
  tokenNormLocksInput,
  targetLimits,
];
