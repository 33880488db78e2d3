/** What can be said of two lists of measured times. Nothing here supposes how times are distributed. */
import { type LowerTail, lowerTail, statisticOf } from './rank-sum.ts';

export type Interval = readonly [low: number, high: number];

export interface Estimate {
  readonly value: number;
  /** Holds the true value with a probability of 95 % or more. */
  readonly interval: Interval;
}

export interface Comparison {
  /** By how much B takes longer: the median of all ratios of a time of B to one of A (Hodges and Lehmann, 1963). */
  readonly ratio: Estimate;
  /** How likely ranks as uneven as these are if both are the same: Mann and Whitney's test, both sides. */
  readonly p: number;
  readonly significant: boolean;
}

const risk = 0.05;

/**
 * The median, and between which order statistics the true one lies: how many of the values are below it is binomial.
 * Fewer than six values do not reach 95 %, and give their extremes.
 */
export const medianOf = (values: readonly number[]): Estimate => {
  const sorted = inOrder(values);
  const cut = largestBelow(risk / 2, (rank) => binomialTail(sorted.length, rank));
  return { value: middle(sorted), interval: between(sorted, cut) };
};

/** Times are positive. Of four of them or more, the ratio's interval excludes 1 exactly where the test is significant. */
export const compareTimes = (a: readonly number[], b: readonly number[]): Comparison => {
  const tail = lowerTail(a, b);
  const p = twoSided(tail, statisticOf(a, b), a.length * b.length);
  const ratios = inOrder(b.flatMap((y) => a.map((x) => y / x)));
  const cut = largestBelow(risk / 2, tail);
  return { ratio: { value: middle(ratios), interval: between(ratios, cut) }, p, significant: p <= risk };
};

const twoSided = (tail: LowerTail, u: number, pairs: number): number => Math.min(1, 2 * tail(Math.min(u, pairs - u)));

/** Of n tosses of a coin, P(no more than `most` heads). */
const binomialTail = (n: number, most: number): number => {
  let probability = 0.5 ** n;
  let sum = 0;
  for (let heads = 0; heads <= most; heads++) {
    sum += probability;
    probability *= (n - heads) / (heads + 1);
  }
  return sum;
};

/** The largest count whose tail is no more than `most`; 0 where even that of 0 is more. */
const largestBelow = (most: number, tail: LowerTail): number => {
  let count = 0;
  while (tail(count + 1) <= most) count += 1;
  return count;
};

/** From the value that has `cut` others below it to the one that has as many above it. */
const between = (sorted: readonly number[], cut: number): Interval => [
  sorted[cut] ?? Number.NaN,
  sorted[sorted.length - 1 - cut] ?? Number.NaN,
];

const inOrder = (values: readonly number[]): readonly number[] => [...values].sort((x, y) => x - y);

const middle = (sorted: readonly number[]): number => {
  const half = sorted.length / 2;
  const [lower = Number.NaN, upper = lower] = sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1);
  return (lower + upper) / 2;
};
