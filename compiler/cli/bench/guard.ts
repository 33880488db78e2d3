/** Before anything is timed: engines that are compared should answer alike. */
import type { ElementType } from '../../../runtime/plan.ts';

/** The largest difference that rounding explains, as a part of the largest logit. */
const tolerances: Readonly<Record<ElementType, number>> = { f32: 1e-3, f16: 5e-2 };

export interface Answer {
  readonly engine: string;
  readonly logits: Float32Array;
}

/** A sentence for each engine that does not answer as the first does. */
export function disagreements([first, ...others]: readonly Answer[], dtype: ElementType): readonly string[] {
  if (first === undefined) return [];
  return others.flatMap(({ engine, logits }) => {
    if (logits.length !== first.logits.length) {
      return [`${engine} answers ${logits.length} values, and ${first.engine} ${first.logits.length}`];
    }
    const difference = relativeDifference(logits, first.logits);
    if (difference <= tolerances[dtype]) return [];
    const hint = engine.startsWith('onnx:') ? ', as it must if that file has other weights' : '';
    return [
      `${engine} answers otherwise than ${first.engine}${hint}: by ${difference.toExponential(1)} of the largest logit`,
    ];
  });
}

/** Infinite where a value is no number. */
export function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  let [largest, difference] = [0, 0];
  for (const [index, value] of expected.entries()) {
    const found = Math.abs((actual[index] ?? Number.NaN) - value);
    if (Number.isNaN(found)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(value));
    difference = Math.max(difference, found);
  }
  return difference === 0 ? 0 : difference / largest;
}
