/**
 * The null distribution of Mann and Whitney's U (1947): how many of the pairs of one value of A and one of B have the
 * larger one in A, if both come from one distribution.
 */
import { errorFunction } from '../ops/activation.ts';

/** P(U ≤ u) if nothing differs. */
export type LowerTail = (u: number) => number;

/** Beyond this the normal distribution is as good, and counting takes longer. */
const mostExact = 50;

/** Exact for small samples whose values all differ; else normal, with the variance that ties leave. */
export const lowerTail = (a: readonly number[], b: readonly number[]): LowerTail => {
  const ties = tieSizes([...a, ...b]);
  const isSmall = a.length <= mostExact && b.length <= mostExact;
  return isSmall && ties.length === 0 ? exactTail(a.length, b.length) : normalTail(a.length, b.length, ties);
};

/** U of A: pairs whose larger value is A's, and half of those whose values are equal. */
export const statisticOf = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x) => sum + b.reduce((wins, y) => wins + (x > y ? 1 : x === y ? 0.5 : 0), 0), 0);

/** How many values are equal, for each value that occurs more than once. */
const tieSizes = (values: readonly number[]): readonly number[] => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
};

/**
 * Of all ways in which m values can lie among n others, how many have each U: the coefficients of Gauss's binomial
 * [m + n choose m], a product of factors (1 - q^(n + i)) / (1 - q^i).
 */
const countsOf = (m: number, n: number): readonly number[] => {
  const counts = new Array<number>(m * n + 1).fill(0);
  counts[0] = 1;
  for (let i = 1; i <= m; i++) {
    for (let u = m * n; u >= n + i; u--) counts[u] = (counts[u] ?? 0) - (counts[u - n - i] ?? 0);
    for (let u = i; u <= m * n; u++) counts[u] = (counts[u] ?? 0) + (counts[u - i] ?? 0);
  }
  return counts;
};

const exactTail = (m: number, n: number): LowerTail => {
  let sum = 0;
  const upTo = countsOf(m, n).map((count) => (sum += count));
  return (u) => (u < 0 ? 0 : (upTo[Math.floor(u)] ?? sum) / sum);
};

/** With half a step of continuity. */
const normalTail = (m: number, n: number, ties: readonly number[]): LowerTail => {
  const all = m + n;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0) / (all * (all - 1));
  const deviation = Math.sqrt(((m * n) / 12) * (all + 1 - tied));
  return (u) => (deviation === 0 ? 1 : normal((u + 0.5 - (m * n) / 2) / deviation));
};

const normal = (z: number): number => (1 + errorFunction(z * Math.SQRT1_2)) / 2;
