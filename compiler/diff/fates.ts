import type { Fate, TensorChange } from './difference.ts';

/** What is said of the tensors that meet a fate, after their number. */
export const fateLabels: Readonly<Record<Fate, string>> = {
  carry: 'carry over',
  interpolate: 'need interpolation',
  new: 'are new in B',
  dropped: 'are in A alone',
  notTransferable: 'are not transferable',
};

/** Of columns. */
export const fateNames: Readonly<Record<Fate, string>> = {
  carry: 'carry',
  interpolate: 'interpolate',
  new: 'new',
  dropped: 'dropped',
  notTransferable: 'not transferable',
};

/** `[169, 4] → [729, 4]`, or the one shape of both. */
export const spellShapes = ({ from, to }: TensorChange): string => {
  const shapes = [from, to].flatMap((side) => (side === null ? [] : `[${side.shape.join(', ')}]`));
  return [...new Set(shapes)].join(' → ');
};

export const roleOf = ({ from, to }: TensorChange): string => (to ?? from)?.role ?? '';
