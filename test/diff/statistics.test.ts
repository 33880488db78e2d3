import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareLatency } from '../../compiler/diff/latency.ts';
import { lowerTail, statisticOf } from '../../compiler/diff/rank-sum.ts';
import { compareTimes, medianOf } from '../../compiler/diff/statistics.ts';

const test = suite('statistics');

const close = (found: number, expected: number, digits = 12): void =>
  assert.ok(Math.abs(found - expected) <= 10 ** -digits * Math.max(1, Math.abs(expected)), `${found}, not ${expected}`);

/** What scipy.stats.mannwhitneyu 1.17 answers: U of the first sample, and p of both sides. */
const published: readonly {
  readonly name: string;
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly u: number;
  readonly p: number;
}[] = [
  {
    name: 'permeability of placentas, exact (the example of wilcox.test in R)',
    a: [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
    b: [1.15, 0.88, 0.9, 0.74, 1.21],
    u: 35,
    p: 0.2544122544122544,
  },
  {
    name: 'age at diagnosis of diabetes, exact (the example of scipy)',
    a: [19, 22, 16, 29, 24],
    b: [20, 11, 17, 12],
    u: 17,
    p: 1 / 9,
  },
  {
    name: 'ties, by the normal distribution',
    a: [1, 2, 2, 3, 3, 3, 4, 5],
    b: [2, 3, 4, 4, 5, 6, 6, 7],
    u: 13,
    p: 0.04859743569452557,
  },
];

for (const { name, a, b, u, p } of published) {
  test(name, () => {
    assert.is(statisticOf(a, b), u);
    close(compareTimes(a, b).p, p);
    close(compareTimes(b, a).p, p);
  });
}

/** U of each way in which m of the ranks 1 to m + n can fall to the first sample. */
function* allStatistics(m: number, n: number): Generator<number> {
  for (let chosen = 0; chosen < 2 ** (m + n); chosen++) {
    const ranks = Array.from({ length: m + n }, (_, bit) => bit + 1);
    const first = ranks.filter((rank) => (chosen >> (rank - 1)) & 1);
    if (first.length === m) yield first.reduce((sum, rank) => sum + rank, 0) - (m * (m + 1)) / 2;
  }
}

test('the exact distribution is that of all orders there are', () => {
  for (const [m, n] of [
    [1, 1],
    [1, 6],
    [3, 4],
    [5, 5],
    [6, 7],
  ] as const) {
    const statistics = [...allStatistics(m, n)];
    const tail = lowerTail(
      Array.from({ length: m }, (_, index) => index),
      Array.from({ length: n }, (_, index) => -1 - index),
    );
    for (let u = -1; u <= m * n + 1; u++) {
      close(tail(u), statistics.filter((each) => each <= u).length / statistics.length);
    }
  }
});

test('exact and normal agree where one takes over from the other', () => {
  const values = (count: number, offset: number) => Array.from({ length: count }, (_, index) => index * 2 + offset);
  const [exact, normal] = [lowerTail(values(50, 0), values(50, 1)), lowerTail(values(51, 0), values(51, 1))];
  for (const z of [-3, -2, -1, 0, 1, 2]) {
    const at = (n: number) => Math.round((n * n) / 2 + z * Math.sqrt((n * n * (2 * n + 1)) / 12));
    assert.ok(Math.abs(exact(at(50)) - normal(at(51))) < 2e-3);
  }
});

test('values that are all the same show no difference', () => {
  const { p, significant, ratio } = compareTimes([2, 2, 2, 2], [2, 2, 2, 2]);
  assert.equal([p, significant, ratio], [1, false, { value: 1, interval: [1, 1] }]);
});

test('between which order statistics the median lies', () => {
  const sample = (length: number) => Array.from({ length }, (_, index) => index + 1).reverse();
  // One below the largest rank whose binomial tail is no more than 2.5 %.
  for (const [length, low] of [
    [1, 1],
    [5, 1],
    [6, 1],
    [8, 1],
    [9, 2],
    [10, 2],
    [20, 6],
    [51, 19],
  ] as const) {
    assert.equal(medianOf(sample(length)), { value: (length + 1) / 2, interval: [low, length + 1 - low] });
  }
});

test('the interval of a ratio excludes 1 exactly where the test is significant', () => {
  const noise = (index: number, salt: number): number =>
    1 + 0.2 * (Math.abs(Math.sin(salt + index * 12.9898) * 43758.5453) % 1);
  const seen = new Set<boolean>();
  for (let salt = 0; salt < 60; salt++) {
    const a = Array.from({ length: 10 + (salt % 3) }, (_, index) => noise(index, salt));
    const b = Array.from({ length: 10 }, (_, index) => noise(index, salt + 0.5) * (1 + (salt % 12) / 80));
    const { ratio, significant, p } = compareTimes(a, b);
    const [low, high] = ratio.interval;
    assert.is(low > 1 || high < 1, significant);
    assert.is(significant, p <= 0.05);
    assert.ok(low <= ratio.value && ratio.value <= high);
    seen.add(significant);
  }
  assert.is(seen.size, 2);
});

test('a ratio is what it is of, and turns over with its sides', () => {
  const a = [10, 10.1, 10.2, 10.3, 10.4, 10.5, 10.6, 10.7, 10.8, 10.9];
  const b = a.map((value) => value * 1.5);
  close(compareTimes(a, b).ratio.value, 1.5);
  const back = compareTimes(b, a).ratio;
  close(back.value, 1 / 1.5);
  close(back.interval[0], 1 / compareTimes(a, b).ratio.interval[1]);
});

test('a latency keeps its samples in the order of measuring', () => {
  const { from, to, ...rest } = compareLatency('a test', { a: [3, 1, 2, 5, 4, 6], b: [9, 7, 8, 12, 11, 10] });
  assert.equal(from, { samples: [3, 1, 2, 5, 4, 6], median: 3.5, interval: [1, 6] });
  assert.equal(to, { samples: [9, 7, 8, 12, 11, 10], median: 9.5, interval: [7, 12] });
  assert.equal(Object.keys(rest), ['adapter', 'ratio', 'ratioInterval', 'p', 'significant']);
  close(rest.p, 2 / 924);
  assert.is(rest.significant, true);
});

test('processor time is a change of its own, where it is told', () => {
  const walls = { a: [3, 1, 2, 5, 4, 6], b: [9, 7, 8, 12, 11, 10] };
  const { processor } = compareLatency('a test', walls, { a: [2, 2, 2, 4, 4, 4], b: [2, 2, 2, 4, 4, 4] });
  assert.equal([processor?.from.median, processor?.to.median, processor?.ratio], [3, 3, 1]);
  assert.is(processor?.significant, false);
});

test.run();
