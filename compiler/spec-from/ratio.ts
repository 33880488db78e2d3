/** The widths of hidden layers, as floor(dim * ratio). */

export interface Width {
  readonly dim: number;
  readonly hidden: number;
}

/** More digits than anybody writes. */
const mostDigits = 12;

/** The ratio of the fewest digits that gives every width; undefined where none gives them all. */
export function ratioOf(widths: readonly Width[]): string | undefined {
  for (let digits = 0; digits <= mostDigits; digits++) {
    const unit = 10 ** digits;
    const least = Math.max(...widths.map(({ dim, hidden }) => Math.ceil((hidden / dim) * unit - 1e-9)));
    const text = String(Number((least / unit).toFixed(digits)));
    if (widths.every(({ dim, hidden }) => Math.floor(dim * Number(text)) === hidden)) return text;
  }
  return undefined;
}
