import type { Value } from '../../../grammar/ast.ts';
import type { Size } from '../model.ts';
import { spellSize } from '../spell.ts';
import { type Reader, type ReportFinding, reportWrongType } from './reader.ts';
import { readSizeCall, size } from './size.ts';

export type Window =
  | { readonly kind: 'size'; readonly size: Size }
  /** The whole grid of the stage. */
  | { readonly kind: 'global' }
  /** Block by block, over and over. */
  | { readonly kind: 'cycle'; readonly sizes: readonly Size[] };

/** A window that serves a whole stage. */
export const window: Reader<Window> = (value, report) => {
  if (value.kind === 'name' && value.text === 'global') return { kind: 'global' };
  if (value.kind === 'call' && value.name.text === 'size') return fromSize(readSizeCall(value, 1, report));
  if (value.kind === 'number') return fromSize(size(1)(value, report));
  const help = helpFor(value);
  return reportWrongType(value, 'a window: a number, `size(HEIGHT, WIDTH)` or `global`', report, help);
};

/** In a stage's block also `cycle(7, 14)`. */
export const stageWindow: Reader<Window> = (value, report) => {
  if (value.kind !== 'call' || value.name.text !== 'cycle') return window(value, report);
  const sizes = readCycle(value, 1, report);
  return sizes === undefined ? undefined : { kind: 'cycle', sizes };
};

/** The items of `cycle(…)`, at least one. */
export function readCycle(
  call: Extract<Value, { kind: 'call' }>,
  least: number,
  report: ReportFinding,
): readonly Size[] | undefined {
  const labelled = call.arguments.find((argument) => argument.label !== undefined);
  if (call.arguments.length === 0 || labelled !== undefined) {
    report({
      code: 'SW105',
      message: labelled === undefined ? '`cycle` lacks an argument' : '`cycle` takes no named arguments',
      span: labelled?.span ?? call.span,
      help: 'write one value a block, such as `cycle(7, 14)`; they repeat until the stage ends',
    });
    return undefined;
  }
  const read = call.arguments.map((argument) => size(least)(argument.value, report));
  const sizes = read.filter((each) => each !== undefined);
  return sizes.length === read.length ? sizes : undefined;
}

function fromSize(read: Size | undefined): Window | undefined {
  return read === undefined ? undefined : { kind: 'size', size: read };
}

function helpFor(value: Value): string | undefined {
  if (value.kind === 'call' && value.name.text === 'cycle') {
    return 'windows change from block to block within a stage: write `stage 1 { window = cycle(…) }`';
  }
  return value.kind === 'list' ? 'write a window that is not square as `size(HEIGHT, WIDTH)`' : undefined;
}

export function printWindow(value: Window): string {
  switch (value.kind) {
    case 'global':
      return 'global';
    case 'size':
      return spellSize(value.size);
    case 'cycle':
      return printCycle(value.sizes);
  }
}

export function printCycle(sizes: readonly Size[]): string {
  return `cycle(${sizes.map(spellSize).join(', ')})`;
}
