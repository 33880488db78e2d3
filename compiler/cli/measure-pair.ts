/** `swinc diff --bench`: how long an image takes in A and in B, on one device in one run. */
import type { OpenDevice } from '../../runtime/device.ts';
import { type Planned, withWeights } from '../compile.ts';
import type { LatencyChange } from '../diff/difference.ts';
import { compareLatency } from '../diff/latency.ts';
import type { Model } from '../model/model.ts';
import { syntheticParameters } from '../weights/parameters.ts';
import { syntheticInput } from '../weights/synthetic.ts';
import { describeAdapter } from './describe-adapter.ts';
import { loadOnDevice } from './load-on-device.ts';
import { measureByTurns } from './measure-by-turns.ts';
import { createProgress, type Progress } from './output.ts';
import { openSharedDevice } from './shared-device.ts';

export interface Contestant {
  readonly model: Model;
  readonly planned: Planned;
}

export interface MeasureOptions {
  readonly gpu: GPU;
  /** Enough samples are taken first, however long they take. */
  readonly milliseconds: number;
  /** Runs of each that are enough. */
  readonly fewest?: number | undefined;
}

/** With synthetic weights and input: times do not depend on values. A sample is a run from the input to the answer. */
export async function measurePair(
  a: Contestant,
  b: Contestant,
  { gpu, milliseconds, fewest }: MeasureOptions,
): Promise<LatencyChange> {
  const progress = createProgress();
  const opened = await openSharedDevice(gpu, [a.planned.plan, b.planned.plan]);
  const { device, adapter } = opened;
  try {
    const turns = { a: await prepare(a, opened, progress), b: await prepare(b, opened, progress) };
    progress.show('warming up');
    const onSamples = (count: number): void => progress.show(`measured ${count} runs of each`);
    const { walls, processor } = await measureByTurns(turns, { milliseconds, fewest, onSamples });
    return compareLatency(describeAdapter(adapter), walls, adapter.class === 'software' ? processor : undefined);
  } finally {
    progress.clear();
    device.destroy();
  }
}

async function prepare({ model, planned }: Contestant, opened: OpenDevice, progress: Progress) {
  const compiled = withWeights(planned, syntheticParameters(1));
  const loaded = await loadOnDevice(compiled, { opened, maxBatch: 1, title: model.name, progress });
  const { channels, height, width } = model.input;
  const input = syntheticInput([1, channels, height, width]);
  return () => loaded.run(input);
}
