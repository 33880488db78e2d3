import type { Samples } from '../diff/latency.ts';

export interface Turns {
  readonly a: () => Promise<unknown>;
  readonly b: () => Promise<unknown>;
}

export interface Budget {
  /** When to stop, once there are enough samples. */
  readonly milliseconds: number;
  /** Hears how many samples there are of each. */
  readonly onSamples?: (count: number) => void;
}

const warmUps = 2;
const fewestSamples = 10;
const mostSamples = 100;

/**
 * Times two things by turns, A B B A over and over, so that whatever drifts meanwhile, clocks and heat, meets both
 * alike. What driver and caches leave for the first runs is not counted. There are as many samples of each.
 */
export async function measureByTurns({ a, b }: Turns, { milliseconds, onSamples }: Budget): Promise<Samples> {
  for (let round = 0; round < warmUps; round++) {
    await a();
    await b();
  }
  const samples: { readonly a: number[]; readonly b: number[] } = { a: [], b: [] };
  const start = performance.now();
  const isEnough = (): boolean => {
    const count = samples.a.length;
    return count >= mostSamples || (count >= fewestSamples && performance.now() - start >= milliseconds);
  };
  while (!isEnough()) {
    samples.a.push(await timeOf(a));
    samples.b.push(await timeOf(b));
    samples.b.push(await timeOf(b));
    samples.a.push(await timeOf(a));
    onSamples?.(samples.a.length);
  }
  return samples;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
