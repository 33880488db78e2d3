/** Measures the candidates of a plan's dispatches on a device, each distinct piece of work once. */

import { bindSteps, type Step, workgroupCounts } from './bind.ts';
import { createKeepBusy, type KeepBusy } from './keep-busy.ts';
import { allocate, type Memory } from './memory.ts';
import { createPipelines, type Kernels } from './pipelines.ts';
import type { AdapterClass, Candidate, Plan, PlanDispatch } from './plan.ts';
import { restDuring } from './rest.ts';
import { batchBucket, ownCandidates, subgroupSize } from './select.ts';
import { createTimestamps } from './timestamps.ts';
import { choiceOf, type TuningEntry, workOf } from './tuning.ts';

export interface TuneOptions {
  readonly plan: Plan;
  readonly kernels: Kernels;
  readonly class: AdapterClass;
  /** Images of a run. */
  readonly batch: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface TunedWork {
  readonly entry: TuningEntry;
  /** The candidate that is taken without a table. */
  readonly heuristic: string;
  /** Dispatches of the plan that do this work. */
  readonly dispatches: number;
}

/** A candidate must be this much faster than what the heuristic takes: less is noise. */
const worthwhile = 0.97;
const samples = 5;
/** A sample repeats a dispatch until it takes about this long. */
const sampleMilliseconds = 1;
const mostRepeats = 500;
/** Milliseconds; a clock may say that a dispatch took none. */
const shortest = 1e-4;

/** Works with one candidate alone are left out. Buffers hold zeros, which take no kernel longer or shorter. */
export async function tune(device: GPUDevice, options: TuneOptions): Promise<readonly TunedWork[]> {
  const { plan, batch } = options;
  const works = new Map<string, PlanDispatch[]>();
  for (const dispatch of plan.dispatches)
    works.set(workOf(dispatch), [...(works.get(workOf(dispatch)) ?? []), dispatch]);
  const memory = allocate(device, plan, { maxBatch: batch, kept: new Set() });
  device.queue.writeBuffer(memory.batch, 0, Uint32Array.of(batch));
  const busy = options.class === 'software' ? undefined : await createKeepBusy(device);
  try {
    const tuned: TunedWork[] = [];
    for (const [index, [work, dispatches]] of [...works].entries()) {
      const [dispatch] = dispatches;
      const measured = dispatch && (await measureWork(device, { ...options, memory, busy, dispatch, work }));
      if (measured) tuned.push({ ...measured, dispatches: dispatches.length });
      options.onProgress?.(index + 1, works.size);
    }
    return tuned;
  } finally {
    busy?.destroy();
    memory.destroy();
  }
}

interface Work extends TuneOptions {
  readonly memory: Memory;
  /** Undefined for software adapters, which have no clocks of their own. */
  readonly busy: KeepBusy | undefined;
  readonly dispatch: PlanDispatch;
  readonly work: string;
}

async function measureWork(device: GPUDevice, options: Work): Promise<Omit<TunedWork, 'dispatches'> | undefined> {
  const { dispatch, work, batch } = options;
  const candidates = candidatesOf(device, options);
  const [heuristic] = candidates;
  if (heuristic === undefined || candidates.length < 2) return undefined;
  const medians = await measureCandidates(device, options, candidates);
  const usual = medians.get(heuristic) ?? 0;
  const [best, time] = [...medians].reduce((a, b) => (b[1] < a[1] ? b : a));
  const chosen = time < worthwhile * usual ? best : heuristic;
  const entry = {
    work,
    batch: batchBucket(batch),
    choice: choiceOf(dispatch, chosen),
    milliseconds: Object.fromEntries([...medians].map(([each, median]) => [choiceOf(dispatch, each), median])),
  };
  return { entry, heuristic: choiceOf(dispatch, heuristic) };
}

/** Those for its kind of adapter; matrix units are not faster at everything. */
function candidatesOf(device: GPUDevice, { dispatch, batch, class: adapterClass }: Work): readonly Candidate[] {
  const limits = device.limits as unknown as Readonly<Record<string, number>>;
  const target = { class: adapterClass, features: device.features, limits, subgroupSize: subgroupSize(device), batch };
  return ownCandidates(dispatch, target);
}

async function measureCandidates(
  device: GPUDevice,
  { plan, kernels, memory, dispatch, batch, busy }: Work,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<Candidate, number>> {
  const pipelines = await restDuring(
    device,
    createPipelines(device, kernels, candidates, () => {}),
  );
  const dispatches = candidates.map(() => dispatch);
  const steps = bindSteps(device, { ...plan, dispatches }, { memory, pipelines, selected: candidates });
  const written = memory.buffers[dispatch.writes[0] ?? -1];
  const keepBusy = (encoder: GPUCommandEncoder): void => {
    if (written !== undefined) busy?.encode(encoder, written);
  };
  const contestants: { readonly step: Step; readonly repeats: number; readonly times: number[] }[] = [];
  for (const step of steps) {
    // The first run compiles on some drivers.
    await timeOf(device, { step, batch, repeats: 1, keepBusy });
    const once = Math.max(await timeOf(device, { step, batch, repeats: 1, keepBusy }), shortest);
    const repeats = Math.min(Math.max(Math.ceil(sampleMilliseconds / once), 1), mostRepeats);
    contestants.push({ step, repeats, times: [] });
  }
  for (let sample = 0; sample < samples; sample++) {
    for (const { step, repeats, times } of contestants)
      times.push(await timeOf(device, { step, batch, repeats, keepBusy }));
  }
  return new Map(contestants.map(({ step, times }) => [step.candidate, middleOf(times)]));
}

const middleOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY;

interface Sample {
  readonly step: Step;
  readonly batch: number;
  readonly repeats: number;
  readonly keepBusy: (encoder: GPUCommandEncoder) => void;
}

/**
 * Milliseconds of a dispatch, by the GPU's timestamps around its repetitions. A device without them is timed from the
 * submission to the end: then what the driver does before it starts counts too.
 */
async function timeOf(device: GPUDevice, sample: Sample): Promise<number> {
  const timestamps = device.features.has('timestamp-query') ? createTimestamps(device, 1) : undefined;
  const encoder = device.createCommandEncoder();
  sample.keepBusy(encoder);
  const pass = encoder.beginComputePass(timestamps ? { timestampWrites: timestamps.writesOf(0) } : {});
  pass.setPipeline(sample.step.pipeline);
  pass.setBindGroup(0, sample.step.bindGroup);
  for (let repeat = 0; repeat < sample.repeats; repeat++) {
    pass.dispatchWorkgroups(...workgroupCounts(sample.step.candidate, sample.batch));
  }
  pass.end();
  timestamps?.resolve(encoder);
  const commands = encoder.finish();
  const start = performance.now();
  device.queue.submit([commands]);
  if (timestamps === undefined) {
    await restDuring(device, device.queue.onSubmittedWorkDone());
    return (performance.now() - start) / sample.repeats;
  }
  const [begin = 0n, end = 0n] = await timestamps.read();
  return Number(end - begin) / 1e6 / sample.repeats;
}
