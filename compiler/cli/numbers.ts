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

export const decimal = (value: number): string => value.toLocaleString('en-US');

/** Multiply-accumulates, with the digits that their whole wants: small models would be 0.000 G. */
export const giga = (value: number, whole = value): string => `${(value / 1e9).toFixed(whole < 1e8 ? 6 : 3)} G`;

export function byteCount(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  const power = Math.min(Math.max(Math.floor(Math.log10(Math.max(Math.abs(bytes), 1)) / 3), 0), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

export function milliseconds(value: number): string {
  return value < 10_000 ? `${value.toFixed(value < 100 ? 1 : 0)} ms` : `${(value / 1000).toFixed(1)} s`;
}
