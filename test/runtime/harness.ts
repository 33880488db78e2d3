/** Runs one kernel by itself, as the executor would, for the tests and benchmarks of the kernels. */

import { readFileSync } from 'node:fs';
import { describeKernel, type Kernel } from '../../runtime/kernels/manifest.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { specialise } from '../../runtime/specialise.ts';
import { BUFFER_USAGE, MAP_READ, VISIBLE_TO_COMPUTE } from '../../runtime/webgpu-constants.ts';

export interface Job {
  readonly kernel: string;
  readonly constants: Readonly<Record<string, number>>;
  readonly types?: Readonly<Record<string, ElementType>>;
  readonly batch: number;
  readonly inputs: Readonly<Record<string, GPUBuffer>>;
  /** Elements that the kernel writes, and their type. */
  readonly output: { readonly length: number; readonly type: ElementType };
  readonly workgroups: readonly [number, number, number];
}

export function readKernel(name: string): Kernel {
  const file = new URL(`../../runtime/kernels/${name}.wgsl`, import.meta.url);
  return describeKernel(name, readFileSync(file, 'utf8'));
}

export function upload(device: GPUDevice, values: Float32Array | Uint16Array | Uint32Array, usage: number): GPUBuffer {
  const size = Math.ceil(Math.max(values.byteLength, 16) / 4) * 4;
  const buffer = device.createBuffer({ size, usage, mappedAtCreation: true });
  const target = new Uint8Array(buffer.getMappedRange());
  target.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  buffer.unmap();
  return buffer;
}

export function storage(device: GPUDevice, values: Float32Array | Uint16Array): GPUBuffer {
  return upload(device, values, BUFFER_USAGE.storage);
}

export interface Prepared {
  readonly encode: (pass: GPUComputePassEncoder) => void;
  readonly output: GPUBuffer;
}

export async function prepare(device: GPUDevice, job: Job): Promise<Prepared> {
  const kernel = readKernel(job.kernel);
  const layout = device.createBindGroupLayout({
    entries: kernel.bindings.map(({ binding, access }) => ({
      binding,
      visibility: VISIBLE_TO_COMPUTE,
      buffer: { type: access === 'uniform' ? 'uniform' : access === 'read' ? 'read-only-storage' : 'storage' },
    })),
  });
  const code = specialise(kernel, { constants: job.constants, types: job.types ?? {} });
  const pipeline = await device.createComputePipelineAsync({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
  });
  const bytes = job.output.length * (job.output.type === 'f16' ? 2 : 4);
  const output = device.createBuffer({
    size: Math.ceil(Math.max(bytes, 16) / 4) * 4,
    usage: BUFFER_USAGE.storage | BUFFER_USAGE.copySource | BUFFER_USAGE.copyDestination,
  });
  const uniform = upload(device, new Uint32Array([job.batch, 0, 0, 0]), BUFFER_USAGE.uniform);
  const bindGroup = device.createBindGroup({
    layout,
    entries: kernel.bindings.map(({ name, binding, access }) => ({
      binding,
      resource: {
        buffer:
          access === 'uniform'
            ? uniform
            : name === 'output'
              ? output
              : (job.inputs[name] ?? storage(device, new Float32Array(4))),
      },
    })),
  });
  const encode = (pass: GPUComputePassEncoder) => {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...job.workgroups);
  };
  return { encode, output };
}

export async function dispatch(device: GPUDevice, encoders: readonly Prepared['encode'][]): Promise<void> {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (const encode of encoders) {
    encode(pass);
  }
  pass.end();
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
}

export async function readBack(device: GPUDevice, buffer: GPUBuffer): Promise<ArrayBuffer> {
  const staging = device.createBuffer({
    size: buffer.size,
    usage: BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDestination,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(MAP_READ);
  const copy = staging.getMappedRange().slice(0);
  staging.destroy();
  return copy;
}
