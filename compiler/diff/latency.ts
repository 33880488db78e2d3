import type { LatencyChange, LatencyStatistics, TimeChange } from './difference.ts';
import { compareTimes, medianOf } from './statistics.ts';

/** Milliseconds of runs of A and of B, each in the order of measuring. */
export interface Samples {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

export const compareLatency = (adapter: string, walls: Samples, processor?: Samples): LatencyChange => {
  const change = { adapter, ...changeOf(walls) };
  return processor === undefined ? change : { ...change, processor: changeOf(processor) };
};

const changeOf = ({ a, b }: Samples): TimeChange => {
  const { ratio, p, significant } = compareTimes(a, b);
  const [from, to] = [summarise(a), summarise(b)];
  return { from, to, ratio: ratio.value, ratioInterval: ratio.interval, p, significant };
};

const summarise = (samples: readonly number[]): LatencyStatistics => {
  const { value, interval } = medianOf(samples);
  return { samples, median: value, interval };
};

/** `+4.2 % (+3.1 to +5.3)`; `~` says that the difference may be chance. */
export const spellRatio = ({ ratio, ratioInterval, significant }: TimeChange): string => {
  if (!significant) return '~';
  const [value, low, high] = [ratio, ...ratioInterval].map(signedPercentage);
  return `${value} % (${low} to ${high})`;
};

const signedPercentage = (ratio: number): string => {
  const percentage = 100 * (ratio - 1);
  return `${percentage < 0 ? '-' : '+'}${Math.abs(percentage).toFixed(1)}`;
};
