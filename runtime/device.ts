/** From WebGPU's entry point to a device with what a plan needs. */

import { DeviceError } from './errors.ts';
import type { AdapterClass, Plan } from './plan.ts';
import { adapterClass, matrixUnits } from './select.ts';

export interface AdapterRecord {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly class: AdapterClass;
  /** Features of the device that the model runs on. */
  readonly features: readonly string[];
}

export interface OpenDevice {
  readonly device: GPUDevice;
  readonly adapter: AdapterRecord;
  /** Whether we made the device; one that was given to us is never destroyed. */
  readonly owned: boolean;
}

/** Limits that are raised to whatever the adapter offers. */
const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
] as const;

/** Asks for an adapter and opens a device with every feature of it that the plan could use, and those `wanted` beside. */
export async function openDevice(
  gpu: GPU | undefined,
  plan: Plan,
  forced?: AdapterClass,
  wanted: readonly GPUFeatureName[] = [],
): Promise<OpenDevice> {
  if (gpu === undefined) {
    throw new DeviceError('no-webgpu', 'WebGPU is not available here');
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new DeviceError('no-adapter', 'WebGPU found no adapter: no GPU, and no software renderer in its place');
  }
  requireHalves(plan, adapter.features);
  const useful = new Set<string>([...usefulFeatures(plan), ...wanted]);
  try {
    const device = await adapter.requestDevice({
      requiredFeatures: [...adapter.features].filter((feature) => useful.has(feature)) as GPUFeatureName[],
      requiredLimits: Object.fromEntries(RAISED_LIMITS.map((name) => [name, adapter.limits[name]])),
    });
    return { device, adapter: describe(adapter.info, device, forced), owned: true };
  } catch (error) {
    throw new DeviceError('no-device', `the adapter gave no device: ${messageOf(error)}`, { cause: error });
  }
}

/** Takes a device that the caller made. */
export function adoptDevice(device: GPUDevice, plan: Plan, forced?: AdapterClass): OpenDevice {
  requireHalves(plan, device.features);
  return { device, adapter: describe(device.adapterInfo, device, forced), owned: false };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function describe(info: GPUAdapterInfo, device: GPUDevice, forced: AdapterClass | undefined): AdapterRecord {
  return {
    vendor: info.vendor,
    architecture: info.architecture,
    device: info.device,
    description: info.description,
    class: forced ?? adapterClass(info, device.features),
    features: [...device.features].sort(),
  };
}

function requireHalves(plan: Plan, features: ReadonlySet<string>): void {
  if (plan.elementType === 'f16' && !features.has('shader-f16')) {
    throw new DeviceError(
      'missing-feature',
      `${plan.model} was compiled for f16 and needs shader-f16, which this adapter lacks; compile it for f32 instead`,
    );
  }
}

/**
 * What kernels may ask for. An adapter may offer features that let a shader reach what is not its own, and a plan may come
 * from anywhere.
 */
const KERNEL_FEATURES: ReadonlySet<string> = new Set(['shader-f16', 'subgroups', matrixUnits]);

function usefulFeatures(plan: Plan): ReadonlySet<string> {
  const candidates = plan.dispatches.flatMap((dispatch) => dispatch.candidates);
  const asked = candidates.flatMap((candidate) => candidate.requires.features);
  return new Set(asked.filter((feature) => KERNEL_FEATURES.has(feature)));
}
