/** Times a model's dispatches, as compiled and with passes switched off, by turns on one device. */
import type { AdapterRecord, OpenDevice } from '../../../runtime/device.ts';
import type { LoadedModel } from '../../../runtime/model.ts';
import type { ElementType } from '../../../runtime/plan.ts';
import type { RunProfile, Span } from '../../../runtime/profile.ts';
import { type Planned, planModel, withWeights } from '../../compile.ts';
import { medianOf } from '../../diff/statistics.ts';
import type { Model } from '../../model/model.ts';
import type { PassNames } from '../../passes/index.ts';
import { workOf } from '../../report/op-kinds.ts';
import { syntheticParameters } from '../../weights/parameters.ts';
import { syntheticInput } from '../../weights/synthetic.ts';
import { warmMilliseconds } from '../bench/take-turns.ts';
import { loadOnDevice } from '../load-on-device.ts';
import type { Progress } from '../output.ts';
import { openSharedDevice } from '../shared-device.ts';
import { type StepStatistics, statisticsOf } from './statistics.ts';

export interface Variant {
  readonly name: string;
  readonly without: PassNames;
}

export interface ProfiledVariant extends Variant, StepStatistics {
  readonly clock: RunProfile['clock'];
  /** Of all dispatches in one pass, as a run has them. */
  readonly runMilliseconds: number;
  readonly samples: number;
  /** The dispatches of the last run. */
  readonly timeline: readonly Span[];
}

export interface Measurement {
  readonly adapter: AdapterRecord;
  readonly variants: readonly ProfiledVariant[];
}

export interface MeasureOptions {
  readonly gpu: GPU;
  readonly batch: number;
  readonly elementType: ElementType;
  readonly samples: number | undefined;
  readonly progress: Progress;
}

/** Unless told how many: as many as fit the time, between these. */
const samplesInTime = { fewest: 3, most: 10, milliseconds: 20_000 };

interface Contestant {
  readonly variant: Variant;
  readonly planned: Planned;
}

interface Loaded extends Contestant {
  readonly model: LoadedModel;
  readonly each: RunProfile[];
  readonly whole: RunProfile[];
}

export async function measureVariants(
  model: Model,
  variants: readonly Variant[],
  options: MeasureOptions,
): Promise<Measurement> {
  const contestants = variants.map((variant) => {
    const { elementType } = options;
    return { variant, planned: planModel(model, { elementType, without: variant.without }) };
  });
  const plans = contestants.map(({ planned }) => planned.plan);
  const opened = await openSharedDevice(options.gpu, plans);
  try {
    const loaded: Loaded[] = [];
    for (const contestant of contestants) loaded.push(await prepare(contestant, opened, options));
    const { channels, height, width } = model.input;
    await takeSamples(loaded, syntheticInput([options.batch, channels, height, width]), options);
    return { adapter: opened.adapter, variants: loaded.map(summarise) };
  } finally {
    options.progress.clear();
    opened.device.destroy();
  }
}

/** With synthetic weights and input: times do not depend on values. */
async function prepare(contestant: Contestant, opened: OpenDevice, options: MeasureOptions): Promise<Loaded> {
  const { variant, planned } = contestant;
  const { batch, progress } = options;
  const compiled = withWeights(planned, syntheticParameters(1));
  const title = `${planned.plan.model} (${variant.name})`;
  const model = await loadOnDevice(compiled, { opened, maxBatch: batch, title, progress });
  return { ...contestant, model, each: [], whole: [] };
}

async function takeSamples(
  loaded: readonly Loaded[],
  input: Float32Array,
  { samples, progress }: MeasureOptions,
): Promise<void> {
  // The first run of a model may compile kernels.
  progress.show('warming up');
  const warm = performance.now();
  do {
    for (const { model } of loaded) await model.run(input);
  } while (performance.now() - warm < warmMilliseconds);
  const { fewest, most, milliseconds } = samplesInTime;
  const start = performance.now();
  const isEnough = (taken: number): boolean => {
    if (samples !== undefined) return taken >= samples;
    return taken >= most || (taken >= fewest && performance.now() - start >= milliseconds);
  };
  for (let taken = 0; !isEnough(taken); taken++) {
    for (const { model, each, whole } of taken % 2 === 0 ? loaded : loaded.toReversed()) {
      each.push(...(await model.profile(input)));
      whole.push(...(await model.profile(input, { each: 'run' })));
    }
    progress.show(`measured ${taken + 1} runs`);
  }
}

function summarise({ variant, planned, model, each, whole }: Loaded): ProfiledVariant {
  const last = each.at(-1);
  if (last === undefined) throw new TypeError('nothing was measured');
  return {
    ...variant,
    clock: last.clock,
    samples: each.length,
    runMilliseconds: medianOf(whole.map(({ spans }) => spans[0]?.end ?? Number.NaN)).value,
    ...statisticsOf({ profiles: each, work: workOf(planned), kernels: model.info.kernels }),
    timeline: last.spans,
  };
}
