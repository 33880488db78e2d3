/** From values to places on an axis, with the values that it names. */

export interface Scale {
  readonly kind: 'linear' | 'logarithmic';
  readonly ticks: readonly number[];
  /** From 0, at the least value of the axis, to 1. */
  readonly at: (value: number) => number;
}

/** Beyond this ratio the small values would lie in a heap on a linear axis. */
const widestLinear = 8;

/** An axis that holds all of some positive values. */
export function scaleOf(values: readonly number[]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return high / low > widestLinear ? logarithmic(low / 1.25, high * 1.25) : linear(low, high);
}

/** From zero, but where all values are so large that they would crowd at the far end. */
function linear(low: number, high: number): Scale {
  const room = Math.max((high - low) / 8, high / 20);
  const start = low > 0.6 * high ? low - room : 0;
  const step = niceStep((high + room - start) / 6);
  const from = Math.floor(start / step + 1e-9) * step;
  const to = Math.ceil((high + room / 2) / step) * step;
  const count = Math.round((to - from) / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => Number((from + index * step).toPrecision(12)));
  return { kind: 'linear', ticks, at: (value) => (value - from) / (to - from) };
}

/** 1, 2 or 5 of some power of ten: the least that is no less than `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
}

function logarithmic(low: number, high: number): Scale {
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++) {
    for (const factor of [1, 2, 5]) {
      const tick = Number((factor * 10 ** exponent).toPrecision(12));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  const [from, to] = [Math.log10(low), Math.log10(high)];
  return { kind: 'logarithmic', ticks, at: (value) => (Math.log10(value) - from) / (to - from) };
}
