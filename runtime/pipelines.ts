/** From the kernels that were selected to pipelines, compiled in parallel and each once. */

import { messageOf } from './device.ts';
import { inErrorScope } from './error-scope.ts';
import { DeviceError, PlanError } from './errors.ts';
import type { BindingAccess, Kernel } from './kernels/manifest.ts';
import type { Candidate } from './plan.ts';
import { specialise } from './specialise.ts';
import { VISIBLE_TO_COMPUTE } from './webgpu-constants.ts';

export interface Pipeline {
  readonly kernel: Kernel;
  readonly layout: GPUBindGroupLayout;
  readonly pipeline: GPUComputePipeline;
}

export type Kernels = Readonly<Record<string, Kernel>>;

const BUFFER_TYPES: Readonly<Record<BindingAccess, GPUBufferBindingType>> = {
  uniform: 'uniform',
  read: 'read-only-storage',
  read_write: 'storage',
};

interface Wanted {
  readonly kernel: Kernel;
  readonly code: string;
}

/** A pipeline for each candidate; those that come to the same text share one. */
export async function createPipelines(
  device: GPUDevice,
  kernels: Kernels,
  candidates: readonly Candidate[],
  onCompiled: (done: number, total: number) => void,
): Promise<readonly Pipeline[]> {
  const wanted = specialiseAll(kernels, candidates);
  const unique = new Map(wanted.map(({ kernel, code }) => [code, kernel]));
  const layouts = new Map([...new Set(unique.values())].map((kernel) => [kernel, createLayout(device, kernel)]));
  let done = 0;
  const compiled = await Promise.all(
    [...layouts].flatMap(([kernel, layout]) =>
      [...unique]
        .filter(([, owner]) => owner === kernel)
        .map(async ([code]) => {
          const pipeline = await compile(device, { kernel, code }, layout);
          done += 1;
          onCompiled(done, unique.size);
          return [code, { kernel, layout, pipeline }] as const;
        }),
    ),
  );
  const byCode = new Map<string, Pipeline>(compiled);
  return wanted.flatMap(({ code }) => byCode.get(code) ?? []);
}

/** Blocks of a stage want the same: its text is made once. */
function specialiseAll(kernels: Kernels, candidates: readonly Candidate[]): readonly Wanted[] {
  const made = new Map<string, Wanted>();
  return candidates.map((candidate) => {
    const { kernel, constants, types } = candidate;
    const key = JSON.stringify([kernel, constants, types]);
    const wanted = made.get(key) ?? specialiseCandidate(kernels, candidate);
    made.set(key, wanted);
    return wanted;
  });
}

function specialiseCandidate(kernels: Kernels, candidate: Candidate): Wanted {
  const kernel = kernels[candidate.kernel];
  if (kernel === undefined) {
    throw new PlanError(`the plan asks for kernel ${candidate.kernel}, which this runtime does not have`);
  }
  try {
    return { kernel, code: specialise(kernel, candidate) };
  } catch (error) {
    throw new PlanError(`the plan and its kernels do not belong together: ${messageOf(error)}`, { cause: error });
  }
}

function createLayout(device: GPUDevice, kernel: Kernel): GPUBindGroupLayout {
  return device.createBindGroupLayout({
    label: kernel.name,
    entries: kernel.bindings.map(({ binding, access }) => ({
      binding,
      visibility: VISIBLE_TO_COMPUTE,
      buffer: { type: BUFFER_TYPES[access] },
    })),
  });
}

async function compile(device: GPUDevice, wanted: Wanted, layout: GPUBindGroupLayout): Promise<GPUComputePipeline> {
  const { name } = wanted.kernel;
  const { value: compiling, problem } = inErrorScope(device, 'validation', () =>
    device.createComputePipelineAsync({
      label: name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: device.createShaderModule({ label: name, code: wanted.code }), entryPoint: 'main' },
    }),
  );
  const [pipeline, error] = await Promise.allSettled([compiling, problem]);
  const message = error.status === 'fulfilled' ? (error.value?.message ?? '') : messageOf(error.reason);
  if (pipeline.status === 'rejected') {
    const sentence = `kernel ${name} did not compile: ${message || messageOf(pipeline.reason)}`;
    throw new DeviceError('device-failed', sentence, { cause: pipeline.reason });
  }
  return pipeline.value;
}
