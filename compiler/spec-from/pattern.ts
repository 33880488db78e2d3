/** What repeats from block to block, as the language writes it. */
import type { Size } from '../model/model.ts';
import { spellSize } from '../model/spell.ts';

/** The fewest items that, repeated, are these. */
export function patternOf(items: readonly string[]): readonly string[] {
  for (let length = 1; length < items.length; length++) {
    if (items.every((item, index) => item === items[index % length])) return items.slice(0, length);
  }
  return items;
}

/** `off`, `on`, an amount or a cycle. */
export function shiftText(shifts: readonly Size[], windows: readonly Size[]): string {
  const spelled = shifts.map(spellSize);
  const isOdd = (index: number): boolean => index % 2 === 1;
  if (spelled.every((shift) => shift === '0')) return 'off';
  const halves = windows.map(({ height, width }, index) =>
    isOdd(index) ? spellSize({ height: Math.floor(height / 2), width: Math.floor(width / 2) }) : '0',
  );
  if (spelled.every((shift, index) => shift === halves[index])) return 'on';
  const odd = new Set(spelled.filter((_, index) => isOdd(index)));
  const [amount] = odd;
  const isEvenStill = spelled.every((shift, index) => isOdd(index) || shift === '0');
  if (isEvenStill && odd.size === 1 && amount !== undefined) return amount;
  return `cycle(${patternOf(spelled).join(', ')})`;
}
