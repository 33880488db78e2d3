import { blame } from '../blame.ts';
import { mergedGrid, type StageLayout, type StageWidth } from '../layout.ts';
import type { Size } from '../model.ts';
import type { Given, Specification } from '../specification.ts';
import { spellMebibytes } from '../spell.ts';
import type { Rule } from './rule.ts';
import { isTooWide } from './stage-width.ts';

/** What every WebGPU adapter binds at least: the default of `maxStorageBufferBindingSize`. */
const binding = 128 * 2 ** 20;
const bytesPerValue = 4;

interface Tensor {
  readonly name: string;
  readonly values: number;
  readonly fields: readonly Given<unknown>[];
}

/** The largest tensor, for one image in f32, against what every device binds at once. Some devices bind more. */
export const targetLimits: Rule = ({ specification, widths, layouts }, report) => {
  if (widths.some(isTooWide)) return;
  const tensors = [...layouts.flatMap((layout) => tensorsOf(specification, layout)), headOf(specification, widths)];
  const { name, values, fields } = tensors.reduce((most, tensor) => (tensor.values > most.values ? tensor : most));
  const bytes = values * bytesPerValue;
  if (bytes <= binding) return;
  report(
    blame(specification, fields, {
      code: 'SW211',
      severity: 'warning',
      message: `${name} take ${spellMebibytes(bytes)}, and WebGPU guarantees bindings of ${spellMebibytes(binding)}`,
      help: 'it will run only where the device binds more; a smaller input or `dim` runs everywhere',
    }),
  );
};

function tensorsOf(specification: Specification, { stage, grid, dim, hidden, blocks }: StageLayout): readonly Tensor[] {
  const tokens = grid.height * grid.width;
  const padded = Math.max(tokens, ...blocks.map(({ clamped }) => paddedTokens(grid, clamped.window)));
  const merged = mergedGrid(grid);
  const { input, dim: firstDim } = specification;
  const here = `of stage ${stage.number}`;
  return [
    { name: `the queries, keys and values ${here}`, values: padded * 3 * dim, fields: [input, firstDim] },
    { name: `the hidden activations ${here}`, values: tokens * hidden, fields: [input, stage.mlp, firstDim] },
    { name: `the merged patches ${here}`, values: merged.height * merged.width * 4 * dim, fields: [input, firstDim] },
    { name: `the MLP's weights ${here}`, values: dim * hidden, fields: [firstDim, stage.mlp] },
    { name: `the weights of merging after stage ${stage.number}`, values: 8 * dim * dim, fields: [firstDim] },
  ];
}

function headOf({ classes, dim }: Specification, widths: readonly StageWidth[]): Tensor {
  const width = widths.at(-1)?.dim ?? 0;
  return { name: "the head's weights", values: width * classes.value, fields: [classes, dim] };
}

function paddedTokens(grid: Size, window: Size): number {
  const height = Math.ceil(grid.height / window.height) * window.height;
  return height * Math.ceil(grid.width / window.width) * window.width;
}
