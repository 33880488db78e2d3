/**
 * The relative position bias of one window for another: the table, seen as a picture of offsets for each head, resized
 * as microsoft's code does it (torch's bicubic interpolation: a = -0.75, centres of pixels aligned, edges repeated, no
 * antialiasing).
 */
import { at } from '../ops/tensor.ts';

/** Offsets along the height and the width of a window: 2h - 1 and 2w - 1. */
export type TableSize = readonly [height: number, width: number];

const a = -0.75;

/** Weight of a value at this distance, below 2, from where the new one lies. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

interface Tap {
  readonly index: number;
  readonly weight: number;
}

function tapsOf(length: number, resized: number): readonly (readonly Tap[])[] {
  return Array.from({ length: resized }, (_, position) => {
    const centre = ((position + 0.5) * length) / resized - 0.5;
    const first = Math.floor(centre);
    return [-1, 0, 1, 2].map((step) => ({
      index: Math.min(Math.max(first + step, 0), length - 1),
      weight: cubic(centre - (first + step)),
    }));
  });
}

/** `table` is [height · width, heads] in C order; so is the result. */
export function resizeBiasTable(table: ArrayLike<number>, heads: number, from: TableSize, to: TableSize): Float64Array {
  const [rows, columns] = [tapsOf(from[0], to[0]), tapsOf(from[1], to[1])];
  const result = new Float64Array(to[0] * to[1] * heads);
  for (const [row, rowTaps] of rows.entries()) {
    for (const [column, columnTaps] of columns.entries()) {
      for (let head = 0; head < heads; head++) {
        let sum = 0;
        for (const { index: y, weight: down } of rowTaps) {
          for (const { index: x, weight: across } of columnTaps) {
            sum += down * across * at(table, (y * from[1] + x) * heads + head);
          }
        }
        result[(row * to[1] + column) * heads + head] = sum;
      }
    }
  }
  return result;
}
