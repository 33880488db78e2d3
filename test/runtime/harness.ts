/**
 * Runs one kernel by itself, as the executor would, for the tests and benchmarks of the kernels. What it reads and
 * writes lies between guards, so that a kernel that leaves its buffers is seen: what it reads there is not a number, and
 * what it writes there is found by `readOutput`. The guard behind is bound too, for drivers that check every access.
 */

import { readFileSync } from 'node:fs';
import { describeKernel, type Kernel } from '../../runtime/kernels/manifest.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { restDuring } from '../../runtime/rest.ts';
import { sizesOf } from '../../runtime/sizes.ts';
import { specialise } from '../../runtime/specialise.ts';
import { BUFFER_USAGE, MAP_READ, VISIBLE_TO_COMPUTE } from '../../runtime/webgpu-constants.ts';

export interface Job {
  readonly kernel: string;
  readonly constants: Readonly<Record<string, number>>;
  readonly types?: Readonly<Record<string, ElementType>>;
  readonly batch: number;
  readonly inputs: Readonly<Record<string, GPUBufferBinding>>;
  /** Elements that the kernel writes, and their type. */
  readonly output: { readonly length: number; readonly type: ElementType };
  readonly workgroups: readonly [number, number, number];
  /** Makes other text of the kernel's file. */
  readonly rewrite?: ((source: string) => string) | undefined;
}

export function readKernel(name: string, rewrite?: (source: string) => string): Kernel {
  const file = new URL(`../../runtime/kernels/${name}.wgsl`, import.meta.url);
  const source = readFileSync(file, 'utf8');
  return describeKernel(name, rewrite?.(source) ?? source);
}

const guardBytes = 4096;
/** As f32 and as two f16 no number. */
const guardByte = 0xff;

interface Range {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  /** Bytes that are bound, and of them those before the guard: a whole number of four, and at least 16. */
  readonly size: number;
  readonly length: number;
}

const bindable = (bytes: number): number => Math.ceil(Math.max(bytes, 16) / 4) * 4;

/** The bytes between two guards. */
function guarded(device: GPUDevice, bytes: Uint8Array, usage: number): Range {
  const length = bindable(bytes.length);
  const size = length + 2 * guardBytes;
  const buffer = device.createBuffer({ size, usage, mappedAtCreation: true });
  new Uint8Array(buffer.getMappedRange())
    .fill(guardByte)
    .fill(0, guardBytes, guardBytes + length)
    .set(bytes, guardBytes);
  buffer.unmap();
  return { buffer, offset: guardBytes, size: length + guardBytes, length };
}

export function storage(device: GPUDevice, values: Float32Array | Uint16Array | Uint32Array, usage = 0): Range {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return guarded(device, bytes, BUFFER_USAGE.storage | usage);
}

export interface Prepared {
  readonly encode: (pass: GPUComputePassEncoder) => void;
  readonly output: Range;
}

export async function prepare(device: GPUDevice, job: Job): Promise<Prepared> {
  const kernel = readKernel(job.kernel, job.rewrite);
  const layout = device.createBindGroupLayout({
    entries: kernel.bindings.map(({ binding, access }) => ({
      binding,
      visibility: VISIBLE_TO_COMPUTE,
      buffer: { type: access === 'uniform' ? 'uniform' : access === 'read' ? 'read-only-storage' : 'storage' },
    })),
  });
  const code = specialise(kernel, { constants: job.constants, types: job.types ?? {} });
  const compiling = device.createComputePipelineAsync({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
  });
  const pipeline = await restDuring(device, compiling);
  const bytes = job.output.length * (job.output.type === 'f16' ? 2 : 4);
  const output = guarded(device, new Uint8Array(bytes), BUFFER_USAGE.storage | BUFFER_USAGE.copySource);
  const uniform = (values: Uint32Array) => storage(device, values, BUFFER_USAGE.uniform);
  const uniforms: Readonly<Record<string, Range>> = {
    batch: uniform(Uint32Array.of(job.batch)),
    sizes: uniform(sizesOf(kernel, job)),
  };
  const bindGroup = device.createBindGroup({
    layout,
    entries: kernel.bindings.map(({ name, binding }) => ({
      binding,
      resource:
        name === 'output' ? output : (uniforms[name] ?? job.inputs[name] ?? storage(device, new Float32Array(4))),
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
  await restDuring(device, device.queue.onSubmittedWorkDone());
}

/** The output's bytes; throws where the kernel wrote beside them. */
export async function readOutput(device: GPUDevice, { buffer, offset, length }: Range): Promise<ArrayBuffer> {
  const bytes = await readBack(device, buffer);
  const outside = [new Uint8Array(bytes, 0, offset), new Uint8Array(bytes, offset + length)];
  if (!outside.every((guard) => guard.every((byte) => byte === guardByte))) {
    throw new Error('the kernel wrote outside its output');
  }
  return bytes.slice(offset, offset + length);
}

export async function readBack(device: GPUDevice, buffer: GPUBuffer): Promise<ArrayBuffer> {
  const staging = device.createBuffer({
    size: buffer.size,
    usage: BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDestination,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await restDuring(device, staging.mapAsync(MAP_READ));
  const copy = staging.getMappedRange().slice(0);
  staging.destroy();
  return copy;
}
