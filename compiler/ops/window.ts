/**
 * Ops that move tokens, as the paper draws them. They run only where `absorb-windows` is switched off, which turns them
 * into addresses.
 */
import { pair } from './attribute.ts';
import { mergeKernels, partitionKernels, resizeKernels, rollKernels } from './eager-kernels.ts';
import { defineOp, lastDim, mapOf, printShape, requireShape } from './op.ts';
import { at, gatherTokens, mapDims, modulo, zeros } from './tensor.ts';
import { onnxCrop, onnxPad, onnxPartition, onnxRoll, onnxWindowMerge } from './window-onnx.ts';

export const roll = defineOp({
  summary: 'Tokens moved cyclically: result[(p + by) mod size] = x[p] (torch.roll over height and width).',
  kind: 'shifting',
  operands: { x: 'required' },
  attributes: { by: pair },
  infer: ({ x }) => {
    mapOf(x, 'roll');
    return x;
  },
  evaluate: ({ x }, { by }) => {
    const [, height, width] = mapDims(x);
    return gatherTokens(x, height, width, (h, w) => [modulo(h - by[0], height), modulo(w - by[1], width)]);
  },
  lower: rollKernels,
  onnx: onnxRoll,
});

export const pad = defineOp({
  summary: 'Tokens equal to `fill` (zeros when absent) added at the bottom and right until the grid is `to`.',
  operands: { x: 'required', fill: 'optional' },
  attributes: { to: pair },
  preciseOperands: ['fill'],
  infer: ({ x, fill }, { to }) => {
    const { height, width, channels } = mapOf(x, 'pad');
    requireShape(to[0] >= height && to[1] >= width, () => `pad to ${to} is smaller than ${printShape(x)}`);
    requireShape(!fill || lastDim(fill) === channels, () => `pad wants a fill of ${channels} channels`);
    return { batched: x.batched, dims: [...to, channels] };
  },
  evaluate: ({ x, fill }, { to }) => {
    const [, height, width] = mapDims(x);
    return gatherTokens(x, ...to, (h, w) => (h < height && w < width ? [h, w] : undefined), fill);
  },
  lower: resizeKernels,
  onnx: onnxPad,
});

export const crop = defineOp({
  summary: 'The top left `to` tokens.',
  operands: { x: 'required' },
  attributes: { to: pair },
  infer: ({ x }, { to }) => {
    const { height, width, channels } = mapOf(x, 'crop');
    requireShape(to[0] <= height && to[1] <= width, () => `crop to ${to} is larger than ${printShape(x)}`);
    return { batched: x.batched, dims: [...to, channels] };
  },
  evaluate: ({ x }, { to }) => gatherTokens(x, ...to, (h, w) => [h, w]),
  lower: (site) => resizeKernels(site),
  onnx: onnxCrop,
});

export const windowPartition = defineOp({
  summary: 'The map cut into windows: [B, H, W, C] → [B, windows, tokens, C], both in row-major order.',
  operands: { x: 'required' },
  attributes: { window: pair },
  infer: ({ x }, { window }) => {
    const { height, width, channels } = mapOf(x, 'window_partition');
    requireShape(
      height % window[0] === 0 && width % window[1] === 0,
      () => `window_partition: windows of ${window} do not tile ${printShape(x)}`,
    );
    const tokens = window[0] * window[1];
    return { batched: x.batched, dims: [(height * width) / tokens, tokens, channels] };
  },
  evaluate: ({ x }, { window }) => {
    const [batch, height, width, channels] = mapDims(x);
    const [rows, columns] = window;
    const across = width / columns;
    const tokens = rows * columns;
    const moved = gatherTokens(x, (height * width) / tokens, tokens, (windowIndex, token) => [
      Math.floor(windowIndex / across) * rows + Math.floor(token / columns),
      (windowIndex % across) * columns + (token % columns),
    ]);
    return { ...moved, dims: [batch, (height * width) / tokens, tokens, channels] };
  },
  lower: partitionKernels,
  onnx: onnxPartition,
});

export const windowMerge = defineOp({
  summary: 'Windows laid back into a map of `grid` tokens: the inverse of window_partition.',
  operands: { x: 'required' },
  attributes: { window: pair, grid: pair },
  infer: ({ x }, { window, grid }) => {
    const [windows, tokens, channels] = x.dims;
    requireShape(
      x.dims.length === 3 && tokens === window[0] * window[1] && windows === (grid[0] * grid[1]) / tokens,
      () => `window_merge: ${printShape(x)} are not the windows of ${window} of a grid of ${grid}`,
    );
    return { batched: x.batched, dims: [...grid, channels ?? 0] };
  },
  evaluate: ({ x }, { window, grid }) => {
    const [rows, columns] = window;
    const across = grid[1] / columns;
    return gatherTokens(x, ...grid, (h, w) => [
      Math.floor(h / rows) * across + Math.floor(w / columns),
      (h % rows) * columns + (w % columns),
    ]);
  },
  lower: mergeKernels,
  onnx: onnxWindowMerge,
});

/** Region of position p along one dimension of a shifted grid: Swin's three slices; one region where nothing shifts. */
export const shiftRegion = (p: number, size: number, window: number, shift: number): number => {
  if (shift === 0 || p < size - window) return 0;
  return p < size - shift ? 1 : 2;
};

export const shiftMask = defineOp({
  summary: 'Swin’s additive mask of a shifted grid, [windows, tokens, tokens]: -100 between regions that roll joined.',
  operands: {},
  attributes: { grid: pair, window: pair, shift: pair },
  infer: (_, { grid, window }) => {
    const tokens = window[0] * window[1];
    return { batched: false, dims: [(grid[0] * grid[1]) / tokens, tokens, tokens] };
  },
  evaluate: (_, { grid, window, shift }) => {
    const tokens = window[0] * window[1];
    const across = grid[1] / window[1];
    const windows = (grid[0] * grid[1]) / tokens;
    const region = (windowIndex: number, token: number): number => {
      const h = Math.floor(windowIndex / across) * window[0] + Math.floor(token / window[1]);
      const w = (windowIndex % across) * window[1] + (token % window[1]);
      return 3 * shiftRegion(h, grid[0], window[0], shift[0]) + shiftRegion(w, grid[1], window[1], shift[1]);
    };
    const result = zeros([windows, tokens, tokens]);
    for (let index = 0; index < result.data.length; index++) {
      const windowIndex = Math.floor(index / (tokens * tokens));
      const i = Math.floor(index / tokens) % tokens;
      if (region(windowIndex, i) !== region(windowIndex, index % tokens)) result.data[index] = -100;
    }
    return result;
  },
});

/** Row of the bias table that holds the bias between tokens i and j of a window. */
export const relativePositionIndex = (i: number, j: number, window: readonly [number, number]): number => {
  const dy = Math.floor(i / window[1]) - Math.floor(j / window[1]) + window[0] - 1;
  const dx = (i % window[1]) - (j % window[1]) + window[1] - 1;
  return dy * (2 * window[1] - 1) + dx;
};

export const relativePositionBias = defineOp({
  summary: 'The table [(2h-1)(2w-1), heads] spread over the pairs of a window’s tokens: [heads, tokens, tokens].',
  operands: { table: 'required' },
  attributes: { window: pair },
  infer: ({ table }, { window }) => {
    const rows = (2 * window[0] - 1) * (2 * window[1] - 1);
    requireShape(table.dims[0] === rows, () => `a window of ${window} wants a bias table of ${rows} rows`);
    const tokens = window[0] * window[1];
    return { batched: false, dims: [lastDim(table), tokens, tokens] };
  },
  evaluate: ({ table }, { window }) => {
    const tokens = window[0] * window[1];
    const heads = table.dims[1] ?? 1;
    const result = zeros([heads, tokens, tokens]);
    for (let index = 0; index < result.data.length; index++) {
      const head = Math.floor(index / (tokens * tokens));
      const row = relativePositionIndex(Math.floor(index / tokens) % tokens, index % tokens, window);
      result.data[index] = at(table.data, row * heads + head);
    }
    return result;
  },
});
