/** From dispatches to what a command encoder takes: pipeline, bind group, workgroup counts. */

import { PlanError } from './errors.ts';
import type { KernelBinding } from './kernels/manifest.ts';
import type { Memory } from './memory.ts';
import type { Pipeline } from './pipelines.ts';
import type { Candidate, Plan, PlanDispatch, WorkgroupCount } from './plan.ts';
import { sizesOf } from './sizes.ts';

export interface Step {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly candidate: Candidate;
}

interface Parts {
  readonly memory: Memory;
  /** One for each dispatch, as are the candidates. */
  readonly pipelines: readonly Pipeline[];
  readonly selected: readonly Candidate[];
}

export function workgroupCounts({ workgroups: [x, y, z] }: Candidate, batch: number): [number, number, number] {
  return [workgroupCount(x, batch), workgroupCount(y, batch), workgroupCount(z, batch)];
}

function workgroupCount({ count, batched, tile }: WorkgroupCount, batch: number): number {
  return Math.ceil((batched ? count * batch : count) / tile);
}

export function bindSteps(device: GPUDevice, plan: Plan, { memory, pipelines, selected }: Parts): readonly Step[] {
  return plan.dispatches.flatMap((dispatch, index) => {
    const pipeline = pipelines[index];
    const candidate = selected[index];
    if (pipeline === undefined || candidate === undefined) {
      return [];
    }
    const bindGroup = bind(device, memory, dispatch, { ...pipeline, candidate });
    return { pipeline: pipeline.pipeline, bindGroup, candidate };
  });
}

interface Bound extends Pipeline {
  readonly candidate: Candidate;
}

function bind(device: GPUDevice, memory: Memory, dispatch: PlanDispatch, bound: Bound): GPUBindGroup {
  const { kernel, layout } = bound;
  const storage = kernel.bindings.filter(({ access }) => access !== 'uniform');
  const unknown = Object.keys(dispatch.bindings).find((name) => !storage.some((binding) => binding.name === name));
  if (unknown !== undefined) {
    throw new PlanError(`${dispatch.op} binds ${unknown}, which kernel ${kernel.name} does not have`);
  }
  return device.createBindGroup({
    label: dispatch.op,
    layout,
    entries: kernel.bindings.map((binding) => ({
      binding: binding.binding,
      resource: {
        buffer: binding.access === 'uniform' ? uniformOf(binding, memory, bound) : storageOf(binding, memory, dispatch),
      },
    })),
  });
}

const uniformOf = ({ name }: KernelBinding, memory: Memory, { kernel, candidate }: Bound): GPUBuffer =>
  name === 'sizes' ? memory.uniform(sizesOf(kernel, candidate)) : memory.batch;

function storageOf({ name, access }: KernelBinding, memory: Memory, dispatch: PlanDispatch): GPUBuffer {
  const index = dispatch.bindings[name];
  const buffer = index === undefined ? memory.empty : memory.buffers[index];
  if (buffer === undefined || (access === 'read_write' && index === undefined)) {
    throw new PlanError(`${dispatch.op} binds nothing to ${name}, which it writes`);
  }
  return buffer;
}
