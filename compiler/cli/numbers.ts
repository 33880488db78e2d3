/** Numbers as people and other programs read them. */

/** Nine digits tell every float32 from its neighbours; the seventeen of a float64 would say nothing more. */
const float32Digits = 9;

export function float32List(values: Float32Array): readonly number[] {
  return Array.from(values, (value) => Number(value.toPrecision(float32Digits)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [lower = 0, upper = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (lower + upper) / 2;
}

export function milliseconds(value: number): string {
  return value < 10_000 ? `${value.toFixed(value < 100 ? 1 : 0)} ms` : `${(value / 1000).toFixed(1)} s`;
}
