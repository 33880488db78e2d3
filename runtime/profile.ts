/** Where the time of a run goes: the GPU's timestamps around each dispatch or around all, where the device has them. */

import { type Step, workgroupCounts } from './bind.ts';
import type { DeviceWatch } from './device-watch.ts';
import { inErrorScope } from './error-scope.ts';
import { DeviceError } from './errors.ts';
import type { InputWriter } from './input.ts';
import { restDuring } from './rest.ts';
import { createTimestamps } from './timestamps.ts';

export interface ProfileOptions {
  /** What is timed: each dispatch in a compute pass of its own, or all in one pass, as a run has them. */
  readonly each?: 'dispatch' | 'run' | undefined;
  readonly times?: number | undefined;
}

/** In milliseconds since the first began. Spans never overlap. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface RunProfile {
  /**
   * Timestamps are the GPU's own. A device without `timestamp-query` submits each span alone, and counts how long that
   * takes as the program sees it: launching and waiting are in it.
   */
  readonly clock: 'timestamps' | 'submits';
  /** One for each dispatch in order, or one for all. */
  readonly spans: readonly Span[];
}

export type Profile = (
  input: Float32Array<ArrayBuffer>,
  batch: number,
  options: ProfileOptions,
) => Promise<readonly RunProfile[]>;

interface Parts {
  readonly watch: DeviceWatch;
  readonly steps: readonly Step[];
  /** The first run compiles on some drivers. */
  readonly run: (input: Float32Array<ArrayBuffer>, batch: number) => Promise<unknown>;
  /** Dispatches overwrite it. */
  readonly input: InputWriter;
}

/** Steps that are timed together. */
type Group = readonly Step[];

/** Calls must overlap neither each other nor runs. */
export function createProfile(device: GPUDevice, { watch, steps, run, input: writer }: Parts): Profile {
  return async (input, batch, { each = 'dispatch', times = 1 }) => {
    await run(input, batch);
    const groups: readonly Group[] = each === 'dispatch' ? steps.map((step) => [step]) : [steps];
    const clock = device.features.has('timestamp-query') ? 'timestamps' : 'submits';
    const profiles: RunProfile[] = [];
    for (let time = 0; time < times; time++) {
      if (writer.ready) await watch.guard(writer.ready(), 'the input could not be written');
      const { value, problem } = inErrorScope(device, 'validation', () => {
        writer.write(input, batch);
        return measures[clock](device, groups, batch);
      });
      const spans = await watch.guard(value, 'the times could not be read');
      const error = await watch.guard(problem, 'the device could not tell whether it failed');
      if (error !== null) throw new DeviceError('device-failed', `the device refused the profile: ${error.message}`);
      profiles.push({ clock, spans });
    }
    return profiles;
  };
}

type Measure = (device: GPUDevice, groups: readonly Group[], batch: number) => Promise<readonly Span[]>;

const measures: Readonly<Record<RunProfile['clock'], Measure>> = {
  timestamps: async (device, groups, batch) => {
    const timestamps = createTimestamps(device, groups.length);
    const encoder = device.createCommandEncoder();
    for (const [pass, group] of groups.entries()) encodeGroup(encoder, group, batch, timestamps.writesOf(pass));
    timestamps.resolve(encoder);
    device.queue.submit([encoder.finish()]);
    return spansOf(await timestamps.read(), groups.length);
  },
  submits: async (device, groups, batch) => {
    const spans: Span[] = [];
    let start = 0;
    for (const group of groups) {
      const encoder = device.createCommandEncoder();
      encodeGroup(encoder, group, batch);
      const commands = encoder.finish();
      const began = performance.now();
      device.queue.submit([commands]);
      await restDuring(device, device.queue.onSubmittedWorkDone());
      const end = start + performance.now() - began;
      spans.push({ start, end });
      start = end;
    }
    return spans;
  },
};

function encodeGroup(
  encoder: GPUCommandEncoder,
  group: Group,
  batch: number,
  timestampWrites?: GPUComputePassTimestampWrites,
): void {
  const pass = encoder.beginComputePass(timestampWrites === undefined ? {} : { timestampWrites });
  for (const { pipeline, bindGroup, candidate } of group) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...workgroupCounts(candidate, batch));
  }
  pass.end();
}

/** A pass may be said to begin while the one before it still works: then it begins where that ends. */
export function spansOf(timestamps: BigUint64Array, count: number): readonly Span[] {
  const first = timestamps[0] ?? 0n;
  const spans: Span[] = [];
  let last = 0;
  for (let index = 0; index < count; index++) {
    const start = Math.max(millisecondsSince(first, timestamps[2 * index]), last);
    last = Math.max(millisecondsSince(first, timestamps[2 * index + 1]), start);
    spans.push({ start, end: last });
  }
  return spans;
}

/** Timestamps are nanoseconds. */
function millisecondsSince(first: bigint, timestamp = first): number {
  return Number(timestamp - first) / 1e6;
}
