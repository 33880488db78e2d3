/** The window of a block: exactly where a buffer has its shape, and as a square where only a table has its area. */
import type { Tensor } from '../../runtime/safetensors.ts';
import type { Size } from '../model/model.ts';
import { spellSize } from '../model/spell.ts';
import { type NamedCheckpoint, shapeText } from './named-checkpoint.ts';
import { wholeNumbers } from './whole-numbers.ts';

export type BlockWindow =
  | { readonly kind: 'window'; readonly size: Size; readonly from: string; readonly isUsual: boolean }
  /** Several windows would fit. */
  | { readonly kind: 'hint'; readonly text: string };

/** Undefined where nothing in the file depends on the window. */
export function windowOfBlock(checkpoint: NamedCheckpoint, block: string): BlockWindow | undefined {
  const index = `${block}.attn.relative_position_index`;
  const coordinates = `${block}.attn.relative_coords_table`;
  const exact = (size: Size | undefined, name: string): BlockWindow | undefined =>
    size && { kind: 'window', size, from: shapeText(checkpoint, name), isUsual: false };
  const tensor = checkpoint.tensorOf(index);
  const told = tensor && windowOfIndex(tensor);
  if (told && isLine(told)) return eitherLine(told, shapeText(checkpoint, index));
  return (
    exact(told, index) ??
    exact(windowOfOffsets(checkpoint.shapeOf(coordinates)?.slice(1, 3) ?? []), coordinates) ??
    windowOfTable(checkpoint, `${block}.attn.relative_position_bias_table`)
  );
}

const isLine = ({ height, width }: Size): boolean => Math.min(height, width) === 1 && Math.max(height, width) > 1;

/** A row of tokens and a column of them have the same index. */
function eitherLine({ height, width }: Size, from: string): BlockWindow {
  const [one, other] = [
    { height, width },
    { height: width, width: height },
  ].map(spellSize);
  return { kind: 'hint', text: `${from} is of ${one}, or of ${other}` };
}

/** Of 2h - 1 and 2w - 1 offsets. */
function windowOfOffsets([height = 0, width = 0]: readonly number[]): Size | undefined {
  return height % 2 === 1 && width % 2 === 1 ? { height: (height + 1) / 2, width: (width + 1) / 2 } : undefined;
}

/** The rows of a table are one for each offset; of those that fit, libraries have squares. */
function windowOfTable(checkpoint: NamedCheckpoint, table: string): BlockWindow | undefined {
  const rows = checkpoint.shapeOf(table)?.[0];
  if (rows === undefined) return undefined;
  const from = shapeText(checkpoint, table);
  const side = Math.round(Math.sqrt(rows));
  const size = side * side === rows ? windowOfOffsets([side, side]) : undefined;
  if (size) return { kind: 'window', size, from, isUsual: true };
  const fitting = windowsOfArea(rows).map(spellSize);
  return { kind: 'hint', text: `${from} has a row for each offset in ${fitting.join(', or in ')}` };
}

function windowsOfArea(rows: number): readonly Size[] {
  const heights = Array.from({ length: rows }, (_, index) => index + 1).filter((height) => rows % height === 0);
  return heights.flatMap((height) =>
    height > 1 && height < rows ? (windowOfOffsets([height, rows / height]) ?? []) : [],
  );
}

/**
 * The index says which row of the table two tokens share. In the first row of a window it falls by one from token to
 * token, and by a whole row of offsets at the next line.
 */
function windowOfIndex(tensor: Tensor): Size | undefined {
  const values = wholeNumbers(tensor);
  const tokens = Math.round(Math.sqrt(values?.length ?? 0));
  if (values === undefined || tokens * tokens !== values.length || tokens === 0) return undefined;
  const line = values.slice(0, tokens).findIndex((value, token) => value !== (values[0] ?? 0) - token);
  const width = line < 0 ? tokens : line;
  const height = tokens / width;
  const fits = values.every(
    (value, place) => value === rowOf(Math.floor(place / tokens), place % tokens, { height, width }),
  );
  return Number.isInteger(height) && fits ? { height, width } : undefined;
}

function rowOf(query: number, key: number, { height, width }: Size): number {
  const rows = Math.floor(query / width) - Math.floor(key / width) + height - 1;
  return rows * (2 * width - 1) + (query % width) - (key % width) + width - 1;
}
