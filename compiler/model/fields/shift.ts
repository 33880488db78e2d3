import type { Value } from '../../../grammar/ast.ts';
import type { Size } from '../model.ts';
import { spellSize } from '../spell.ts';
import { type Reader, reportWrongType } from './reader.ts';
import { size } from './size.ts';
import { printCycle, readCycle } from './window.ts';

export type Shift =
  /** Blocks 1, 3, 5… by half their window. */
  | { readonly kind: 'on' }
  | { readonly kind: 'off' }
  /** The same blocks by this much. */
  | { readonly kind: 'amount'; readonly size: Size }
  /** Every block, over and over. */
  | { readonly kind: 'cycle'; readonly sizes: readonly Size[] };

export const shift: Reader<Shift> = (value, report) => {
  if (value.kind === 'name' && (value.text === 'on' || value.text === 'off')) return { kind: value.text };
  return reportWrongType(value, '`on` or `off`', report, helpFor(value));
};

/** In a stage's block also an amount, or `cycle(0, 3)`. */
export const stageShift: Reader<Shift> = (value, report) => {
  if (value.kind === 'call' && value.name.text === 'cycle') {
    const sizes = readCycle(value, 0, report);
    return sizes === undefined ? undefined : { kind: 'cycle', sizes };
  }
  if (value.kind === 'number' || (value.kind === 'call' && value.name.text === 'size')) {
    const amount = size(0)(value, report);
    return amount === undefined ? undefined : { kind: 'amount', size: amount };
  }
  return shift(value, report);
};

function helpFor(value: Value): string | undefined {
  const amount = value.kind === 'number' || value.kind === 'call';
  return amount ? 'an amount belongs to one stage: write `stage 1 { shift = … }`' : undefined;
}

export function printShift(value: Shift): string {
  switch (value.kind) {
    case 'on':
    case 'off':
      return value.kind;
    case 'amount':
      return spellSize(value.size);
    case 'cycle':
      return printCycle(value.sizes);
  }
}
