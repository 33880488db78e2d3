import type { Size } from './model.ts';

/** As the language writes it: `7` for a square, else `size(4, 8)`. */
export function spellSize({ height, width }: Size): string {
  return height === width ? String(height) : `size(${height}, ${width})`;
}

/**
 * The one spelling of canonical text: whole numbers in digits alone, and the shortest digits that mean the same number,
 * with an exponent below a thousandth, as epsilons are written.
 */
export function plainNumber(value: number): string {
  const isTiny = value !== 0 && Math.abs(value) < 1e-3;
  return isTiny ? value.toExponential() : String(value);
}

/** With `_` between thousands, as the language allows. */
export function spellNumber(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const grouped = whole.includes('e') ? whole : whole.replaceAll(/\B(?=(?:\d{3})+$)/g, '_');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export function spellMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
