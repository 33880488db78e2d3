/** The window that a continuous position was trained with, from the offsets as the file keeps them. */
import { toFloat32 } from '../../runtime/safetensors.ts';
import type { Size } from '../model/model.ts';
import type { NamedCheckpoint } from './named-checkpoint.ts';

/** Offsets are scaled to 8 at the edge of the window of training, and their logarithms by that of 8. */
const edge = 8;

/** Undefined where the file keeps no offsets, or none that such a window gives. */
export function spanOfBlock(checkpoint: NamedCheckpoint, block: string, window: Size): Size | undefined {
  const table = checkpoint.tensorOf(`${block}.attn.relative_coords_table`);
  if (table?.dtype !== 'F32') return undefined;
  // The last offset is the largest in both directions.
  const [tall, wide] = toFloat32(table).slice(-2);
  const [height, width] = [spanOf(tall, window.height), spanOf(wide, window.width)];
  return height === undefined || width === undefined ? undefined : { height, width };
}

function spanOf(value: number | undefined, side: number): number | undefined {
  if (value === undefined) return undefined;
  const offset = edge ** value - 1;
  const span = 1 + (edge * (side - 1)) / offset;
  const rounded = Math.round(span);
  return Math.abs(span - rounded) < 1e-3 * span && rounded > 1 ? rounded : undefined;
}
