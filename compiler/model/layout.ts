import { type ClampRule, clamp } from './clamp.ts';
import type { Block, Size } from './model.ts';
import type { Given, Specification, StageSpecification } from './specification.ts';

export interface BlockLayout {
  /** What the text asks for, before clamping. */
  readonly asked: Block;
  readonly clamped: Block;
}

export interface StageWidth {
  readonly stage: StageSpecification;
  readonly dim: number;
  readonly hidden: number;
}

export interface StageLayout extends StageWidth {
  readonly grid: Size;
  readonly blocks: readonly BlockLayout[];
}

/** Half of the next number up where zeros complete an odd grid; rules refuse odd grids where nothing may be padded. */
export function mergedGrid(grid: Size): Size {
  return { height: Math.ceil(grid.height / 2), width: Math.ceil(grid.width / 2) };
}

/** Channels double at every merging. */
export function stageWidths({ dim, stages }: Specification): readonly StageWidth[] {
  return stages.map((stage, index) => {
    const width = dim.value * 2 ** index;
    return { stage, dim: width, hidden: Math.floor(width * stage.mlp.value) };
  });
}

/**
 * Grids and windows of the stages, as far as they make sense: none when the patch does not divide the input, and none
 * after an odd grid that may not be padded. The rules say so; what would only follow from that is not laid out.
 */
export function layOutStages(specification: Specification): readonly StageLayout[] {
  const { input, patch, pad, clamp } = specification;
  const layouts: StageLayout[] = [];
  let grid: Size = {
    height: input.value.height / patch.value.height,
    width: input.value.width / patch.value.width,
  };
  if (!Number.isInteger(grid.height) || !Number.isInteger(grid.width)) return [];
  for (const width of stageWidths(specification)) {
    layouts.push({ ...width, grid, blocks: layOutBlocks(width.stage, clamp.value, grid) });
    if (pad.value === 'error' && isOdd(grid)) break;
    grid = mergedGrid(grid);
  }
  return layouts;
}

export function isOdd(grid: Size): boolean {
  return grid.height % 2 !== 0 || grid.width % 2 !== 0;
}

function layOutBlocks(stage: StageSpecification, rule: ClampRule, grid: Size): readonly BlockLayout[] {
  // Blocks repeat: those of one layout are one object, so that thousands of variants of deep models stay small.
  const known = new Map<string, BlockLayout>();
  return Array.from({ length: stage.depth.value }, (_, index) => {
    const asked = askedBlock(stage, index, grid);
    const key = [asked.window, asked.shift].map(({ height, width }) => `${height},${width}`).join(';');
    const layout = known.get(key) ?? { asked, clamped: clamp(rule, asked, grid) };
    known.set(key, layout);
    return layout;
  });
}

function askedBlock(stage: StageSpecification, index: number, grid: Size): Block {
  const window = askedWindow(stage.window, index, grid);
  return { window, shift: askedShift(stage.shift, index, window) };
}

function askedWindow({ value }: StageSpecification['window'], index: number, grid: Size): Size {
  switch (value.kind) {
    case 'global':
      return grid;
    case 'size':
      return value.size;
    case 'cycle':
      return value.sizes[index % value.sizes.length] ?? grid;
  }
}

const unshifted: Size = { height: 0, width: 0 };

/** Odd blocks shift, by half their window unless an amount is given; a cycle sets every block. */
function askedShift({ value }: Given<StageSpecification['shift']['value']>, index: number, window: Size): Size {
  if (value.kind === 'cycle') return value.sizes[index % value.sizes.length] ?? unshifted;
  if (value.kind === 'off' || index % 2 === 0) return unshifted;
  if (value.kind === 'amount') return value.size;
  return { height: Math.floor(window.height / 2), width: Math.floor(window.width / 2) };
}

export function isShifted({ shift }: Block): boolean {
  return shift.height > 0 || shift.width > 0;
}

export function isSameSize(first: Size, second: Size): boolean {
  return first.height === second.height && first.width === second.width;
}
