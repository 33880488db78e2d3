import { type Fate, fates, type TensorChange, type WeightsChange } from '../difference.ts';
import { fateLabels, roleOf, spellShapes } from '../fates.ts';
import { code, details, left, prose, right, shortTable, table } from './text.ts';

/** Below so many rows of a list, tensors that carry are only counted: they want the least attention. */
const fewestForCarrying = 1000;

/** Counts, and the tensors of each. */
export const weightSection = (weights: WeightsChange, most: number): string => {
  const met = fates.filter((fate) => weights[fate].count > 0);
  const counts = met.map((fate) => [`${weights[fate].count}`, fateLabels[fate]]);
  const carrying = met.filter((fate) => fate === 'carry' && most >= fewestForCarrying);
  const listed = [...met.filter((fate) => fate !== 'carry'), ...carrying];
  return [
    '#### Weights of A in B',
    table([right('tensors'), left('')], counts),
    ...listed.map((fate) => listing(fate, weights[fate].tensors, most)),
  ].join('\n\n');
};

const listing = (fate: Fate, tensors: readonly TensorChange[], most: number): string => {
  const hasReasons = tensors.some(({ reason }) => reason !== null);
  const columns = [left('tensor'), left('shape'), left(hasReasons ? 'because' : 'role')];
  return details(`${tensors.length} ${fateLabels[fate]}`, shortTable(columns, { items: tensors, row: rowOf }, most));
};

const rowOf = (tensor: TensorChange): readonly string[] => [
  code(tensor.name),
  prose(spellShapes(tensor)),
  prose(tensor.reason ?? roleOf(tensor)),
];
