/** Evaluates the expressions over parameters that the passes left, once, in float64, and rounds them to their type. */
import { toHalves } from '../../runtime/float16.ts';
import type { Dtype, Tensor } from '../../runtime/safetensors.ts';
import { createEvaluator } from '../graph/interpret.ts';
import type { WeightExpression } from '../plan/lower.ts';
import { foldByRows } from './fold-by-rows.ts';

/** The values of a parameter in C order, by its canonical name and shape. */
export type ParameterSource = (name: string, shape: readonly number[]) => ArrayLike<number>;

const encode = (values: Float64Array | Float32Array, dtype: Dtype): Uint8Array => {
  const rounded = values instanceof Float32Array ? values : new Float32Array(values);
  const words = dtype === 'F16' ? toHalves(rounded) : rounded;
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
};

/**
 * Each weight's tensor under its name in the plan, computed when its data are asked for and not kept; `onProgress` hears
 * of the share that has been.
 */
export const foldWeights = (
  weights: readonly WeightExpression[],
  parameter: ParameterSource,
  onProgress?: (done: number) => void,
): ReadonlyMap<string, Tensor> => {
  let done = 0;
  return new Map(
    weights.map(({ name, type, node }) => {
      const dtype = type === 'f16' ? 'F16' : 'F32';
      const tensor: Tensor = {
        dtype,
        shape: node.shape.dims,
        get data() {
          // An evaluator for each weight: what it remembers would otherwise hold every parameter twice over.
          const values = foldByRows(node, parameter) ?? createEvaluator({ parameter })(node).data;
          onProgress?.(++done / weights.length);
          return encode(values, dtype);
        },
      };
      return [name, tensor];
    }),
  );
};
