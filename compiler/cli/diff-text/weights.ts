import { type Fate, fates, type TensorChange, type WeightsChange } from '../../diff/difference.ts';
import { fateLabels, roleOf, spellShapes } from '../../diff/fates.ts';
import { alignColumns, type Cell } from '../columns.ts';
import type { Colours } from '../output.ts';
import type { TextOptions } from './options.ts';

/** Most kinds of one group that are shown. */
const mostKinds = 4;

/** Counts, and under each what kinds of tensors they are; with `all` every tensor. */
export function weightLines(weights: WeightsChange, { colours, all }: TextOptions): readonly string[] {
  const count = (...chosen: readonly Fate[]): number => chosen.reduce((sum, fate) => sum + weights[fate].count, 0);
  const ofA = count('carry', 'interpolate', 'notTransferable', 'dropped');
  const ofB = count('carry', 'interpolate', 'notTransferable', 'new');
  return [
    `${colours.bold('weights')}  ${ofA} tensors in A, ${ofB} in B`,
    ...fates.flatMap((fate) => {
      const { tensors } = weights[fate];
      if (tensors.length === 0) return [];
      const rows = all ? tensors.map(tensorCells) : kindRows(fate, tensors);
      return [
        `${`${tensors.length}`.padStart(6)} ${coloured(fate, colours)(fateLabels[fate])}`,
        ...indented(rows, colours),
      ];
    }),
  ];
}

function coloured(fate: Fate, { green, yellow, red, dim }: Colours): (text: string) => string {
  return { carry: green, interpolate: yellow, new: red, dropped: dim, notTransferable: red }[fate];
}

function indented(rows: readonly (readonly string[])[], { dim }: Colours): readonly string[] {
  const cells = rows.map((row) => [{ text: '     ' }, ...row.map((text): Cell => ({ text, colour: dim }))]);
  return alignColumns(cells);
}

/** What carries says nothing more; of the others, tensors of one kind and reason are one row with an example. */
function kindRows(fate: Fate, tensors: readonly TensorChange[]): readonly (readonly string[])[] {
  if (fate === 'carry') return [];
  const kinds = new Map<string, TensorChange[]>();
  for (const tensor of tensors) {
    const kind = tensor.reason ?? roleOf(tensor);
    kinds.set(kind, [...(kinds.get(kind) ?? []), tensor]);
  }
  const rows = [...kinds].map(([kind, members]) => [`${members.length}`, kind, `as ${members[0]?.name ?? ''}`]);
  const hidden = rows.length - mostKinds;
  return hidden > 1 ? [...rows.slice(0, mostKinds), ['', `and ${hidden} kinds more`]] : rows;
}

function tensorCells(tensor: TensorChange): readonly string[] {
  return [tensor.name, spellShapes(tensor), tensor.reason ?? ''];
}
