import type { Samples } from '../diff/latency.ts';
import { takeTurns } from './bench/take-turns.ts';

export interface Turns {
  readonly a: () => Promise<unknown>;
  readonly b: () => Promise<unknown>;
}

export interface Budget {
  /** When to stop, once there are enough samples. */
  readonly milliseconds: number;
  /** How many samples of each are enough. */
  readonly fewest?: number | undefined;
  /** Hears how many samples there are of each. */
  readonly onSamples?: (count: number) => void;
}

const warmUps = 2;
const fewestSamples = 10;
const mostSamples = 100;

/** What driver and caches leave for the first runs is not counted. There are as many samples of each. */
export async function measureByTurns({ a, b }: Turns, budget: Budget): Promise<Samples> {
  const { milliseconds, fewest = fewestSamples, onSamples } = budget;
  for (let round = 0; round < warmUps; round++) {
    await a();
    await b();
  }
  const most = Math.max(mostSamples, fewest);
  const [ofA = [], ofB = []] = await takeTurns([a, b], {
    isEnough: ({ samples, elapsed }) => samples >= most || (samples >= fewest && elapsed >= milliseconds),
    ...(onSamples && { onRound: onSamples }),
  });
  const times = (samples: typeof ofA): readonly number[] => samples.map((sample) => sample.milliseconds);
  return { a: times(ofA), b: times(ofB) };
}
