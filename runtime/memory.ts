/** The GPU buffers of a plan. */

import { DeviceError } from './errors.ts';
import type { Plan, PlanBuffer } from './plan.ts';
import { BUFFER_USAGE } from './webgpu-constants.ts';

export interface MemoryBytes {
  readonly weights: number;
  readonly activations: number;
  readonly total: number;
}

export interface Memory {
  /** One for each buffer of the plan; those that share a slot are the same. */
  readonly buffers: readonly GPUBuffer[];
  /** Holds the batch, for every kernel. */
  readonly batch: GPUBuffer;
  /** A buffer that holds these values and is bound as a uniform: the same for the same values. */
  readonly uniform: (values: Uint32Array<ArrayBuffer>) => GPUBuffer;
  /** Bound in place of what a dispatch does not name. Kernels only read it. */
  readonly empty: GPUBuffer;
  readonly bytes: MemoryBytes;
  readonly destroy: () => void;
}

export interface MemoryOptions {
  readonly maxBatch: number;
  /** Buffers that are read after the run: those that are no outputs may share their memory with none. */
  readonly kept: ReadonlySet<number>;
}

const SMALL = 256;

export function elementBytes({ type }: PlanBuffer): number {
  return type === 'f16' ? 2 : 4;
}

export function elementCount({ shape }: PlanBuffer): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Bytes of a buffer for a batch, rounded up to what WebGPU copies. */
export function bufferBytes(buffer: PlanBuffer, batch: number): number {
  const elements = elementCount(buffer) * (buffer.batched ? batch : 1);
  return Math.max(Math.ceil((elements * elementBytes(buffer)) / 4) * 4, 16);
}

export function allocate(device: GPUDevice, plan: Plan, options: MemoryOptions): Memory {
  const homes = plan.buffers.map((buffer, index) => homeOf(buffer, index, options.kept));
  const sizes = new Map<string, number>();
  for (const [index, buffer] of plan.buffers.entries()) {
    const home = homes[index] ?? '';
    sizes.set(home, Math.max(sizes.get(home) ?? 0, bufferBytes(buffer, options.maxBatch)));
  }
  for (const [index, buffer] of plan.buffers.entries()) {
    requireFits(device.limits, buffer, sizes.get(homes[index] ?? '') ?? 0, options.maxBatch);
  }
  const created = new Map([...sizes].map(([home, size]) => [home, create(device, home, size)]));
  const batch = device.createBuffer({
    label: 'batch',
    size: 16,
    usage: BUFFER_USAGE.uniform | BUFFER_USAGE.copyDestination,
  });
  const empty = create(device, 'empty', SMALL);
  const uniforms = new Map<string, GPUBuffer>();
  return {
    buffers: homes.flatMap((home) => created.get(home) ?? []),
    batch,
    uniform: (values) => {
      const known = uniforms.get(values.join()) ?? createUniform(device, values);
      uniforms.set(values.join(), known);
      return known;
    },
    empty,
    bytes: countBytes(plan, homes, sizes),
    destroy: () => {
      for (const buffer of [...created.values(), ...uniforms.values(), batch, empty]) {
        buffer.destroy();
      }
    },
  };
}

/** What names the GPU buffer that a buffer of the plan lives in. */
function homeOf(buffer: PlanBuffer, index: number, kept: ReadonlySet<number>): string {
  const isAlone = buffer.slot === null || (kept.has(index) && buffer.role !== 'output');
  return isAlone ? `buffer ${index} ${buffer.name}` : `slot ${buffer.slot}`;
}

function create(device: GPUDevice, label: string, size: number): GPUBuffer {
  const usage = BUFFER_USAGE.storage | BUFFER_USAGE.copySource | BUFFER_USAGE.copyDestination;
  return device.createBuffer({ label, size, usage });
}

/** A uniform holds whole fours of 32 bits. */
function createUniform(device: GPUDevice, values: Uint32Array<ArrayBuffer>): GPUBuffer {
  const size = Math.ceil(values.length / 4) * 16;
  const buffer = device.createBuffer({ label: 'sizes', size, usage: BUFFER_USAGE.uniform, mappedAtCreation: true });
  new Uint32Array(buffer.getMappedRange()).set(values);
  buffer.unmap();
  return buffer;
}

function requireFits(limits: GPUSupportedLimits, { name }: PlanBuffer, size: number, maxBatch: number): void {
  const largest = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  if (size > largest) {
    throw new DeviceError(
      'limit-exceeded',
      `buffer ${name} needs ${size} bytes for a batch of ${maxBatch}; this device binds at most ${largest}`,
    );
  }
}

function countBytes(plan: Plan, homes: readonly string[], sizes: ReadonlyMap<string, number>): MemoryBytes {
  const weightHomes = homes.filter((_, index) => plan.buffers[index]?.role === 'weight');
  const weights = weightHomes.reduce((sum, home) => sum + (sizes.get(home) ?? 0), 0);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { weights, activations: total - weights, total };
}
