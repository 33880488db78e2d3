/** Quantities as people read them. */

export const decimal = (value: number): string => value.toLocaleString('en-US');

/** Multiply-accumulates, with the digits that their whole wants: small models would be 0.000 G. */
export const giga = (value: number, whole = value): string =>
  `${(value / 1e9).toFixed(Math.abs(whole) < 1e8 ? 6 : 3)} G`;

/** In powers of a thousand. */
export function byteCount(bytes: number, digits = 1): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  const power = Math.min(Math.max(Math.floor(Math.log10(Math.max(Math.abs(bytes), 1)) / 3), 0), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : digits)} ${units[power]}`;
}

export function milliseconds(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}
