/** `check`: a kernel's output against the float64 reference, on the adapter of this test process. */

import * as assert from 'uvu/assert';
import { subgroupSizes } from '../../compiler/ops/kernels.ts';
import { fromHalves, toHalves } from '../../runtime/float16.ts';
import { gpu } from '../../runtime/node.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { adapterClass, matrixUnits, subgroupSize } from '../../runtime/select.ts';
import { dispatch, type Job, prepare, readOutput, storage } from './harness.ts';
import type { Constants } from './reference.ts';

async function openDevice(): Promise<{ readonly device: GPUDevice; readonly adapterInfo: GPUAdapterInfo }> {
  const entry = await gpu({ robust: false });
  const adapter = await entry.requestAdapter();
  if (adapter === null) throw new Error('there is no adapter');
  const useful = ['shader-f16', 'subgroups', matrixUnits];
  const device = await adapter.requestDevice({
    requiredFeatures: [...adapter.features].filter((name) => useful.includes(name)) as GPUFeatureName[],
    requiredLimits: { maxComputeWorkgroupStorageSize: adapter.limits.maxComputeWorkgroupStorageSize },
  });
  device.addEventListener('uncapturederror', ({ error }) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  return { device, adapterInfo: adapter.info };
}

const opened = await openDevice();
export const { device } = opened;
const { adapterInfo } = opened;
const size = subgroupSize(device);
/** Undefined where the kernels for subgroups of software adapters do not run. */
export const adapterSubgroupSize = subgroupSizes.find((known) => known === size);
export const hasHalves = device.features.has('shader-f16');
const kind = adapterClass(adapterInfo, device.features);
export const hasMatrixUnits = kind === 'gpu-matrix';
export const isSoftware = kind === 'software';
export const isLavapipe = `${device.adapterInfo.device} ${device.adapterInfo.description}`.includes('llvmpipe');

/** A generator of numbers in [-1, 1) that gives the same ones in every run. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  };
}

export function randomValues(length: number, seed: number, scale = 1): Float32Array {
  const next = numbers(seed);
  return Float32Array.from({ length }, () => next() * scale);
}

/** The values as the kernel will see them: rounded to its element type. */
export function rounded(values: Float32Array, type: ElementType): Float32Array {
  return type === 'f16' ? fromHalves(toHalves(values)) : values;
}

export interface Case {
  readonly kernel: string;
  readonly constants: Constants;
  readonly batch?: number;
  readonly types?: Readonly<Record<string, ElementType>>;
  /** Values of each binding; those in `halves` are stored as f16. */
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly halves?: readonly string[];
  readonly workgroups: readonly [number, number, number];
  readonly expected: Float64Array;
  /** Largest error, as a part of the largest magnitude that is expected. */
  readonly tolerance: number;
  readonly rewrite?: Job['rewrite'];
}

export async function check(sample: Case): Promise<void> {
  const halves = sample.halves ?? [];
  const type = sample.types?.['Output'] ?? 'f32';
  const prepared = await prepare(device, {
    kernel: sample.kernel,
    constants: sample.constants,
    types: sample.types ?? {},
    batch: sample.batch ?? 1,
    inputs: Object.fromEntries(
      Object.entries(sample.inputs).map(([name, values]) => [
        name,
        storage(device, halves.includes(name) ? toHalves(values) : values),
      ]),
    ),
    output: { length: sample.expected.length, type },
    workgroups: sample.workgroups,
    rewrite: sample.rewrite,
  });
  await dispatch(device, [prepared.encode]);
  const bytes = await readOutput(device, prepared.output);
  const values = type === 'f16' ? fromHalves(new Uint16Array(bytes)) : new Float32Array(bytes);
  close(values, sample.expected, sample.tolerance, `${sample.kernel} ${JSON.stringify(sample.constants)}`);
}

function close(actual: Float32Array, expected: Float64Array, tolerance: number, what: string): void {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
  const worst = { index: 0, error: 0 };
  for (const [index, value] of expected.entries()) {
    const difference = Math.abs((actual[index] ?? Number.NaN) - value) / largest;
    const error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    if (error > worst.error) Object.assign(worst, { index, error });
  }
  const values = `${actual[worst.index]} instead of ${expected[worst.index]} at ${worst.index}`;
  assert.ok(worst.error <= tolerance, `${what}: off by ${worst.error.toExponential(2)}, ${values}`);
}
