/** Evaluates the expressions over parameters that the passes left, once, in float64, and rounds them to their type. */
import { toHalves } from '../../runtime/float16.ts';
import { byteLengthOf, type ReadPart, type Tensor } from '../../runtime/safetensors.ts';
import { createEvaluator } from '../graph/interpret.ts';
import type { WeightExpression } from '../plan/lower.ts';
import { createBlockMemory, foldByRows, type PartFolder, type Words } from './fold-by-rows.ts';
import type { ParameterSource } from './parameter-source.ts';

/**
 * Each weight's tensor under its name in the plan, computed when its data or a part of them are asked for and not kept;
 * `onProgress` hears of the share whose end has been.
 */
export const foldWeights = (
  weights: readonly WeightExpression[],
  parameter: ParameterSource,
  onProgress?: (done: number) => void,
): ReadonlyMap<string, Tensor> => {
  const memory = createBlockMemory();
  let done = 0;
  const onEnd = (): void => onProgress?.(++done / weights.length);
  return new Map(
    weights.map((weight) => {
      const fold = foldByRows(weight.node, parameter, memory);
      return [weight.name, fold === undefined ? asWhole(weight, parameter, onEnd) : inParts(weight, fold, onEnd)];
    }),
  );
};

const dtypes = { f16: 'F16', f32: 'F32' } as const;

const inParts = ({ type, node }: WeightExpression, fold: PartFolder, onEnd: () => void): Tensor => {
  const described = { dtype: dtypes[type], shape: node.shape.dims };
  const length = byteLengthOf(described);
  const part: ReadPart = (begin, end, memory) => {
    const bytes = memory.subarray(0, end - begin);
    const words = wordsOf(bytes, type);
    fold(begin / words.BYTES_PER_ELEMENT, words);
    if (end === length) onEnd();
    return bytes;
  };
  return {
    ...described,
    get data() {
      return part(0, length, new Uint8Array(length));
    },
    part,
  };
};

const wordsOf = ({ buffer, byteOffset, byteLength }: Uint8Array, type: WeightExpression['type']): Words =>
  type === 'f16'
    ? new Uint16Array(buffer, byteOffset, byteLength / 2)
    : new Int32Array(buffer, byteOffset, byteLength / 4);

const asWhole = ({ type, node }: WeightExpression, parameter: ParameterSource, onEnd: () => void): Tensor => ({
  dtype: dtypes[type],
  shape: node.shape.dims,
  get data() {
    // An evaluator for each weight: what it remembers would otherwise hold every parameter twice over.
    const values = new Float32Array(createEvaluator({ parameter })(node).data);
    const { buffer } = type === 'f16' ? toHalves(values) : values;
    onEnd();
    return new Uint8Array(buffer);
  },
});
