/** Ops that regroup pixels or tokens before a linear; a linear absorbs them as the address of its operand. */
import { pair } from './attribute.ts';
import { patchMergeKernels, patchUnfoldKernels } from './eager-kernels.ts';
import { defineOp, mapOf, printShape, requireShape } from './op.ts';
import { onnxPatchMerge, onnxPatchUnfold } from './patch-onnx.ts';
import { at, mapDims, zeros } from './tensor.ts';

export const patchUnfold = defineOp({
  summary:
    'Patches of the image as tokens, [B, C, H, W] → [B, H/p, W/p, C·p·p], channel slowest, as a convolution has it.',
  operands: { x: 'required' },
  attributes: { patch: pair },
  infer: ({ x }, { patch }) => {
    const [channels = 0, height = 0, width = 0] = x.dims;
    requireShape(
      x.dims.length === 3 && height % patch[0] === 0 && width % patch[1] === 0,
      () => `patch_unfold: patches of ${patch} do not tile ${printShape(x)}`,
    );
    return { batched: x.batched, dims: [height / patch[0], width / patch[1], channels * patch[0] * patch[1]] };
  },
  evaluate: ({ x }, { patch }) => {
    const [batch = 0, channels = 0, height = 0, width = 0] = x.dims;
    const rows = height / patch[0];
    const columns = width / patch[1];
    const depth = channels * patch[0] * patch[1];
    const result = zeros([batch, rows, columns, depth]);
    for (let index = 0; index < result.data.length; index++) {
      const k = index % depth;
      const token = Math.floor(index / depth);
      const column = (token % columns) * patch[1] + (k % patch[1]);
      const row = (Math.floor(token / columns) % rows) * patch[0] + (Math.floor(k / patch[1]) % patch[0]);
      const plane = Math.floor(token / (rows * columns)) * channels + Math.floor(k / (patch[0] * patch[1]));
      result.data[index] = at(x.data, (plane * height + row) * width + column);
    }
    return result;
  },
  lower: patchUnfoldKernels,
  onnx: onnxPatchUnfold,
});

export const patchMerge = defineOp({
  summary: 'Each 2x2 neighbourhood as one token of 4C channels, row parity fastest; zeros beyond an odd edge.',
  operands: { x: 'required' },
  attributes: {},
  infer: ({ x }) => {
    const { height, width, channels } = mapOf(x, 'patch_merge');
    return { batched: x.batched, dims: [Math.ceil(height / 2), Math.ceil(width / 2), 4 * channels] };
  },
  evaluate: ({ x }) => {
    const [batch, height, width, channels] = mapDims(x);
    const rows = Math.ceil(height / 2);
    const columns = Math.ceil(width / 2);
    const result = zeros([batch, rows, columns, 4 * channels]);
    for (let slot = 0; slot < batch * rows * columns * 4; slot++) {
      const part = slot % 4;
      const token = Math.floor(slot / 4);
      const h = 2 * (Math.floor(token / columns) % rows) + (part % 2);
      const w = 2 * (token % columns) + Math.floor(part / 2);
      if (h >= height || w >= width) continue;
      const start = ((Math.floor(token / (rows * columns)) * height + h) * width + w) * channels;
      result.data.set(x.data.subarray(start, start + channels), slot * channels);
    }
    return result;
  },
  lower: patchMergeKernels,
  onnx: onnxPatchMerge,
});
