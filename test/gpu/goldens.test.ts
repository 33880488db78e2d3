/** The reference implementations' answers, by the kernels that the adapter of this process gets by itself. */
import { test } from 'uvu';
import { answersAsReference, elementTypes, isLavapipe } from '../support/golden-agreement.ts';
import { fullSizeGoldens, microGoldens } from '../support/golden-specs.ts';
import { isFullRun } from '../support/scale.ts';

for (const elementType of elementTypes) {
  const names = isLavapipe || isFullRun ? [...microGoldens, ...fullSizeGoldens] : microGoldens;
  for (const name of names) answersAsReference(name, { elementType, family: 'chosen' });
}

test.run();
