/** What is told of an engine's times. */
import type { ElementType } from '../../../runtime/plan.ts';
import type { RunProfile } from '../../../runtime/profile.ts';
import { compareTimes, type Interval, medianOf } from '../../diff/statistics.ts';
import { ownName } from './swinc-engine.ts';
import type { Sample } from './take-turns.ts';

export interface Result {
  readonly model: string;
  /** `swinc`, `ort-webgpu`, `ort-cpu`, `onnx:FILE@PROVIDER`; other programs add `torch-eager` and `torch-compile`. */
  readonly engine: string;
  readonly batch: number;
  readonly dtype: ElementType;
  /** Of a run of the whole batch, from the input to the logits. */
  readonly medianMs: number;
  /** Holds the true median with 95 %. */
  readonly intervalMs: Interval;
  readonly samples: number;
  /** The median of swinc over that of this engine; null where swinc did not run. */
  readonly ratio: number | null;
  readonly ratioInterval: Interval | null;
  /** By the GPU's timestamps, from the first dispatch to the last; null where there are none. */
  readonly gpuMs: number | null;
  readonly gpuIntervalMs: Interval | null;
  /** Processor time, which a busy machine disturbs less than the time on the wall. */
  readonly processorMs: number;
  /** Swinc's processor time over this engine's. */
  readonly processorRatio: number | null;
  /** For one image. */
  readonly macs: number;
  readonly parameters: number;
  /** Every sample in the order of measuring. */
  readonly sampleMs: readonly number[];
}

export interface Subject {
  readonly model: string;
  readonly macs: number;
  readonly parameters: number;
  readonly batch: number;
  readonly dtype: ElementType;
}

export interface Measured {
  readonly engine: string;
  readonly samples: readonly Sample[];
  readonly gpu: readonly RunProfile[];
}

export function resultsOf(subject: Subject, measured: readonly Measured[]): readonly Result[] {
  const own = measured.find(({ engine }) => engine === ownName);
  return measured.map((each) => resultOf(subject, each, own));
}

function resultOf(subject: Subject, { engine, samples, gpu }: Measured, own: Measured | undefined): Result {
  const { model, macs, parameters, batch, dtype } = subject;
  const sampleMs = timesOf(samples);
  const { value: medianMs, interval: intervalMs } = medianOf(sampleMs);
  const processorMs = processorOf(samples);
  const timed = gpu.length === 0 ? undefined : medianOf(gpu.map(({ spans }) => spans.at(-1)?.end ?? Number.NaN));
  const ownTimes = own && timesOf(own.samples);
  return {
    model,
    engine,
    batch,
    dtype,
    medianMs,
    intervalMs,
    samples: samples.length,
    ratio: ownTimes ? medianOf(ownTimes).value / medianMs : null,
    ratioInterval: ownTimes ? (engine === ownName ? [1, 1] : compareTimes(sampleMs, ownTimes).ratio.interval) : null,
    gpuMs: timed?.value ?? null,
    gpuIntervalMs: timed?.interval ?? null,
    processorMs,
    processorRatio: own ? processorOf(own.samples) / processorMs : null,
    macs,
    parameters,
    sampleMs,
  };
}

const timesOf = (samples: readonly Sample[]): readonly number[] => samples.map(({ milliseconds }) => milliseconds);

const processorOf = (samples: readonly Sample[]): number => medianOf(samples.map(({ processor }) => processor)).value;
