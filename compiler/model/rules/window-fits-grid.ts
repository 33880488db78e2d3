import { blame } from '../blame.ts';
import type { StageLayout } from '../layout.ts';
import type { Size } from '../model.ts';
import { spellSize } from '../spell.ts';
import type { Rule } from './rule.ts';

/** Without padding, windows must tile the grid. A window larger than the grid is the next rule's. */
export const windowFitsGrid: Rule = ({ specification, layouts }, report) => {
  if (specification.pad.value !== 'error') return;
  for (const layout of layouts) {
    const { grid, blocks, stage } = layout;
    const misfit = blocks.find(({ clamped: { window } }) => !isLarger(window, grid) && !divides(window, grid));
    if (misfit === undefined) continue;
    report(
      blame(specification, [stage.window, specification.input, specification.patch], {
        code: 'SW201',
        message: `window ${spellSize(misfit.clamped.window)} does not divide the ${grid.height}x${grid.width} grid of stage ${stage.number}`,
        help: helpFor(layout, misfit.clamped.window),
      }),
    );
  }
};

export function isLarger(window: Size, grid: Size): boolean {
  return window.height > grid.height || window.width > grid.width;
}

function divides(window: Size, grid: Size): boolean {
  return grid.height % window.height === 0 && grid.width % window.width === 0;
}

function helpFor({ grid }: StageLayout, window: Size): string {
  const sides = closest(commonDivisors(grid), window.height);
  const squares = sides.length > 1 ? `the windows that fit are ${sides.join(', ')}` : 'no square window fits';
  const others = `\`size(HEIGHT, WIDTH)\` with sides that divide ${grid.height} and ${grid.width}`;
  const all = grid.height === grid.width ? squares : `${squares}, and ${others}`;
  return `${all}; with \`pad = before-shift\` any does`;
}

const longestList = 12;

/** A grid can have hundreds of divisors; those near to the window asked for are the ones to know. */
function closest(sides: readonly number[], side: number): readonly number[] {
  const near = [...sides].sort((first, second) => Math.abs(first - side) - Math.abs(second - side));
  return near.slice(0, longestList).sort((first, second) => first - second);
}

/** Sides of the square windows that tile the grid, in order. Grids reach 2^24, so only up to the root is tried. */
export function commonDivisors({ height, width }: Size): readonly number[] {
  const common = greatestCommonDivisor(height, width);
  const small: number[] = [];
  const large: number[] = [];
  for (let side = 1; side * side <= common; side += 1) {
    if (common % side !== 0) continue;
    small.push(side);
    if (side * side !== common) large.unshift(common / side);
  }
  return [...small, ...large];
}

function greatestCommonDivisor(first: number, second: number): number {
  let [dividend, divisor] = [first, second];
  while (divisor !== 0) [dividend, divisor] = [divisor, dividend % divisor];
  return dividend;
}
