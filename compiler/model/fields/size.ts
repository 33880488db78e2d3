import type { Value } from '../../../grammar/ast.ts';
import type { Size } from '../model.ts';
import { matchArguments, reportMissingArgument } from './arguments.ts';
import { integer, type Reader, type ReportFinding, reportWrongType } from './reader.ts';

export function square(side: number): Size {
  return { height: side, width: side };
}

type Call = Extract<Value, { kind: 'call' }>;

/** `size(height, width)`. */
export function readSizeCall(call: Call, least: number, report: ReportFinding): Size | undefined {
  const matched = matchArguments(call, ['height', 'width'], report);
  if (matched === undefined) return undefined;
  const height = matched.get('height');
  const width = matched.get('width');
  if (height === undefined || width === undefined) {
    return reportMissingArgument(call, 'write `size(HEIGHT, WIDTH)`', report);
  }
  return readPair(height, width, least, report);
}

function readPair(height: Value, width: Value, least: number, report: ReportFinding): Size | undefined {
  const side = integer(least);
  const [readHeight, readWidth] = [side(height, report), side(width, report)];
  if (readHeight === undefined || readWidth === undefined) return undefined;
  return { height: readHeight, width: readWidth };
}

/** A number for both sides, or `size(height, width)`. */
export function size(least: number): Reader<Size> {
  return (value, report) => {
    if (value.kind === 'call' && value.name.text === 'size') return readSizeCall(value, least, report);
    if (value.kind !== 'number') return reportWrongType(value, 'a number or `size(HEIGHT, WIDTH)`', report);
    const side = integer(least)(value, report);
    return side === undefined ? undefined : square(side);
  };
}

/** As `size`, and `[height, width]` where a list cannot mean stages. */
export function sizeOrPair(least: number): Reader<Size> {
  return (value, report) => {
    if (value.kind !== 'list') return size(least)(value, report);
    const [height, width] = value.items;
    if (height === undefined || width === undefined || value.items.length > 2) {
      return reportWrongType(value, 'a number or a list of height and width', report, 'write `[HEIGHT, WIDTH]`');
    }
    return readPair(height, width, least, report);
  };
}

/** A number for the shorter side alone, or `[height, width]`. */
export function sideOrPair(least: number): Reader<number | Size> {
  return (value, report) =>
    value.kind === 'number' ? integer(least)(value, report) : sizeOrPair(least)(value, report);
}

/** As `sizeOrPair` reads it: a number for a square. */
export function printSizeOrPair(value: Size): string {
  return value.height === value.width ? String(value.height) : printPair(value);
}

/** As `sideOrPair` reads it: a square is not its shorter side alone. */
export function printSideOrPair(value: number | Size): string {
  return typeof value === 'number' ? String(value) : printPair(value);
}

function printPair({ height, width }: Size): string {
  return `[${height}, ${width}]`;
}
