/** What the mask of a shifted block says of its grid: which windows it divides, and where. */
import { type Tensor, toFloat32 } from '../../runtime/safetensors.ts';
import type { Size } from '../model/model.ts';

export interface Masked {
  /** In tokens. */
  readonly grid: Size;
  readonly shift: Size;
}

/**
 * A mask is [windows, tokens, tokens], and zero where two tokens may see each other. In the first row of windows only
 * the last is divided, from left to right, and in the first column only the lowest, from top to bottom. Undefined of a
 * tensor that is no such mask.
 */
export function readMask(mask: Tensor, window: Size): Masked | undefined {
  const [windows = 0, tokens = 0, others] = mask.shape;
  if (tokens !== window.height * window.width || tokens !== others || mask.dtype !== 'F32') return undefined;
  const values = toFloat32(mask);
  /** The first token that the first one of a window may not see. */
  const firstHidden = (index: number): number => {
    const row = values.subarray(index * tokens * tokens, index * tokens * tokens + tokens);
    return row.findIndex((value) => value !== 0);
  };
  const columns = 1 + Array.from({ length: windows }, (_, index) => firstHidden(index)).findIndex((token) => token > 0);
  const rows = windows / columns;
  if (columns < 2 || rows < 2 || !Number.isInteger(rows)) return undefined;
  const left = firstHidden(columns - 1);
  const above = firstHidden((rows - 1) * columns) / window.width;
  if (left >= window.width || !Number.isInteger(above) || above < 1) return undefined;
  return {
    grid: { height: rows * window.height, width: columns * window.width },
    shift: { height: window.height - above, width: window.width - left },
  };
}
