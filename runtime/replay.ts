/**
 * The commands of a run. A command buffer is used up by a submit but does not depend on the input, so that the next
 * run's are encoded while this one runs and nothing but the input stands before their submit. A submit translates its
 * commands for the driver before the device begins, some microseconds a dispatch: so a few dispatches come first by
 * themselves, and more each time, which are translated while those before them run.
 */

import { type Step, workgroupCounts } from './bind.ts';
import { inErrorScope, type Scoped } from './error-scope.ts';
import type { Memory } from './memory.ts';
import type { Readback } from './readback.ts';

export interface Replay {
  /** Commands, one submit each, which were prepared unless this is the first run of its batch. */
  readonly take: (batch: number) => Scoped<readonly GPUCommandBuffer[]>;
  /** Encodes the commands of the next run, which is expected to have this batch; those of another are dropped. */
  readonly prepare: (batch: number) => void;
  readonly drop: () => void;
}

export interface ReplayParts {
  readonly memory: Memory;
  readonly steps: readonly Step[];
  readonly readback: Readback;
}

/** What the encoder is called with, dispatch by dispatch. */
interface Call {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export function createReplay(device: GPUDevice, parts: ReplayParts): Replay {
  let known: { readonly batch: number; readonly calls: readonly Call[] } | null = null;
  let prepared: { readonly batch: number; readonly commands: Scoped<readonly GPUCommandBuffer[]> } | null = null;
  const encodeBatch = (batch: number): Scoped<readonly GPUCommandBuffer[]> => {
    if (known?.batch !== batch) known = { batch, calls: parts.steps.map((step) => callOf(step, batch)) };
    const { calls } = known;
    const commands = inErrorScope(device, 'validation', () => encodeAll(device, parts, calls, batch));
    // Commands that are never taken have nobody who hears of their problem.
    commands.problem.catch(() => undefined);
    return commands;
  };
  return {
    take: (batch) => {
      const commands = prepared?.batch === batch ? prepared.commands : encodeBatch(batch);
      prepared = null;
      return commands;
    },
    prepare: (batch) => {
      prepared = { batch, commands: encodeBatch(batch) };
    },
    drop: () => {
      prepared = null;
    },
  };
}

function callOf({ pipeline, bindGroup, candidate }: Step, batch: number): Call {
  const [x, y, z] = workgroupCounts(candidate, batch);
  return { pipeline, bindGroup, x, y, z };
}

/** Dispatches of the first command buffer; each further one has twice as many, and the last what is left. */
const fewestCalls = 16;

function portionsOf(calls: readonly Call[], size = fewestCalls): readonly (readonly Call[])[] {
  return calls.length < 2 * size ? [calls] : [calls.slice(0, size), ...portionsOf(calls.slice(size), 2 * size)];
}

function encodeAll(
  device: GPUDevice,
  { memory, readback }: ReplayParts,
  calls: readonly Call[],
  batch: number,
): readonly GPUCommandBuffer[] {
  const portions = portionsOf(calls);
  return portions.map((portion, index) => {
    const encoder = device.createCommandEncoder();
    encodePass(encoder, portion);
    if (index === portions.length - 1) readback.copy(encoder, memory, batch);
    return encoder.finish();
  });
}

function encodePass(encoder: GPUCommandEncoder, calls: readonly Call[]): void {
  const pass = encoder.beginComputePass();
  let current: GPUComputePipeline | null = null;
  for (const { pipeline, bindGroup, x, y, z } of calls) {
    if (pipeline !== current) pass.setPipeline(pipeline);
    current = pipeline;
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(x, y, z);
  }
  pass.end();
}
