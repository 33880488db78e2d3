/**
 * What becomes of a window that reaches past its grid, and of the shift with it. The references differ, and the
 * differences are visible in the answers:
 *
 * - `on` (timm, `SwinTransformerBlock._calc_window_shift`), each dimension by itself: a window larger than the grid
 *   becomes the grid, and a dimension no larger than its window is not shifted.
 * - `both` (microsoft, the constructor of `SwinTransformerBlock`): when the shorter side of the grid is no larger than
 *   the window, both dimensions of the window become that side and neither is shifted. microsoft's windows are square;
 *   for others, the window's extent along the shorter side decides.
 * - `off` (torchvision, `shifted_window_attention`; HF's backbone): the window stays and the grid is padded up to a
 *   multiple of it; a dimension is not shifted when the window covers the padded grid.
 * - `error`: the window stays; a rule refuses one that is larger than the grid.
 *
 * They agree on square grids that the window divides: one window a grid is never shifted.
 */
import type { ModelFieldValue } from './fields/table.ts';
import type { Block, Size } from './model.ts';

export type ClampRule = ModelFieldValue<'clamp'>;

export function clamp(rule: ClampRule, block: Block, grid: Size): Block {
  switch (rule) {
    case 'both':
      return clampBoth(block, grid);
    case 'off':
      return eachDimension(block, grid, (window, shift, side) => {
        const padded = Math.ceil(side / window) * window;
        return { window, shift: window >= padded ? 0 : shift };
      });
    case 'on':
    case 'error':
      return eachDimension(block, grid, (window, shift, side) => ({
        window: rule === 'on' ? Math.min(window, side) : window,
        shift: side <= window ? 0 : shift,
      }));
  }
}

type ClampSide = (window: number, shift: number, side: number) => { readonly window: number; readonly shift: number };

function eachDimension({ window, shift }: Block, grid: Size, clampSide: ClampSide): Block {
  const height = clampSide(window.height, shift.height, grid.height);
  const width = clampSide(window.width, shift.width, grid.width);
  return {
    window: { height: height.window, width: width.window },
    shift: { height: height.shift, width: width.shift },
  };
}

function clampBoth(block: Block, grid: Size): Block {
  const shorter = Math.min(grid.height, grid.width);
  const { height, width } = block.window;
  const reaches = (grid.height === shorter && height >= shorter) || (grid.width === shorter && width >= shorter);
  if (!reaches) return block;
  return { window: { height: shorter, width: shorter }, shift: { height: 0, width: 0 } };
}
