import type { Samples } from '../diff/latency.ts';
import { takeTurns, warmMilliseconds } from './bench/take-turns.ts';

export interface Turns {
  readonly a: () => Promise<unknown>;
  readonly b: () => Promise<unknown>;
}

export interface Budget {
  /** When to stop, once there are enough samples. */
  readonly milliseconds: number;
  /** How many samples of each are enough. */
  readonly fewest?: number | undefined;
  /** How long runs are not counted at first. */
  readonly warmUp?: number | undefined;
  /** Hears how many samples there are of each. */
  readonly onSamples?: (count: number) => void;
}

export interface MeasuredTurns {
  readonly walls: Samples;
  /** Time of all processors that worked for this process. */
  readonly processor: Samples;
}

const fewestWarmUps = 2;
const fewestSamples = 10;
const mostSamples = 100;

/** What driver and caches leave for the first runs is not counted. There are as many samples of each. */
export async function measureByTurns({ a, b }: Turns, budget: Budget): Promise<MeasuredTurns> {
  const { milliseconds, fewest = fewestSamples, warmUp = warmMilliseconds, onSamples } = budget;
  const start = performance.now();
  for (let round = 0; round < fewestWarmUps || performance.now() - start < warmUp; round++) {
    await a();
    await b();
  }
  const most = Math.max(mostSamples, fewest);
  const [ofA = [], ofB = []] = await takeTurns([a, b], {
    isEnough: ({ samples, elapsed }) => samples >= most || (samples >= fewest && elapsed >= milliseconds),
    ...(onSamples && { onRound: onSamples }),
  });
  return {
    walls: { a: ofA.map(({ milliseconds: time }) => time), b: ofB.map(({ milliseconds: time }) => time) },
    processor: { a: ofA.map(({ processor }) => processor), b: ofB.map(({ processor }) => processor) },
  };
}
