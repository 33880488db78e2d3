/**
 * Times several things by turns, A B C C B A over and over, so that whatever drifts meanwhile, clocks and heat, meets
 * all alike.
 */

/** How long runs come first that are not counted: a GPU that was idle takes a while to raise its clocks. */
export const warmMilliseconds = 1000;

export interface Sample {
  /** On the wall. */
  readonly milliseconds: number;
  /** Of all processors that worked for this process meanwhile. */
  readonly processor: number;
}

/** How far one of them has come. */
export interface Standing {
  readonly samples: number;
  /** Milliseconds that its own samples took. */
  readonly spent: number;
  /** Milliseconds since the first turn of all. */
  readonly elapsed: number;
}

export interface Rules {
  /** Asked before each round: one that has enough takes no more turns. */
  readonly isEnough: (standing: Standing) => boolean;
  /** Hears after each round how many samples the one with the most has. */
  readonly onRound?: (samples: number) => void;
}

/** The samples of each, in the order of measuring. */
export async function takeTurns(
  contestants: readonly (() => Promise<unknown>)[],
  { isEnough, onRound }: Rules,
): Promise<readonly (readonly Sample[])[]> {
  const entered = contestants.map((run) => ({ run, samples: [] as Sample[] }));
  const start = performance.now();
  for (let round = 0; ; round++) {
    const elapsed = performance.now() - start;
    const playing = entered.filter(({ samples }) => {
      const spent = samples.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
      return !isEnough({ samples: samples.length, spent, elapsed });
    });
    if (playing.length === 0) return entered.map(({ samples }) => samples);
    for (const { run, samples } of round % 2 === 0 ? playing : playing.toReversed()) samples.push(await sampleOf(run));
    onRound?.(Math.max(...entered.map(({ samples }) => samples.length)));
  }
}

async function sampleOf(run: () => Promise<unknown>): Promise<Sample> {
  const processorStart = process.cpuUsage();
  const start = performance.now();
  await run();
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(processorStart);
  return { milliseconds, processor: (user + system) / 1000 };
}
