/** Workgroup memory that a plan's kernels declare, to be held against `maxComputeWorkgroupStorageSize` of an adapter. */
import { kernels } from '../../runtime/kernels/manifest.gen.ts';
import type { Kernel } from '../../runtime/kernels/manifest.ts';
import type { Candidate, PlanDispatch } from '../../runtime/plan.ts';
import { constantValue, ShaderConstantError } from '../../runtime/shader-constants.ts';

/** What every WebGPU adapter has at least, in bytes. */
export const leastWorkgroupMemory = 16_384;

type Specialised = Pick<Candidate, 'constants' | 'types'>;

const scalarBytes: Readonly<Record<string, number>> = { f32: 4, i32: 4, u32: 4, f16: 2 };
const suffixes: Readonly<Record<string, string>> = { f: 'f32', i: 'i32', u: 'u32', h: 'f16' };

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

interface Layout {
  readonly size: number;
  readonly align: number;
}

/** Bytes of a scalar by its name, by an alias that a specialisation may turn into f16, or by a vector's suffix. */
const scalarBytesOf = (name: string, { aliases }: Kernel, { types }: Specialised): number => {
  const scalar = aliases.includes(name) ? (types[name] ?? 'f32') : (suffixes[name] ?? name);
  const bytes = scalarBytes[scalar];
  if (bytes === undefined) throw new ShaderConstantError(`the size of ${name} is not known`);
  return bytes;
};

/** Size and alignment of a type, as WGSL lays it out: scalars, vectors and arrays of them. */
const layoutOf = (type: string, kernel: Kernel, specialised: Specialised): Layout => {
  const array = /^array<(.*), ([^,<>]+)>$/.exec(type);
  if (array) {
    const [, element = '', length = ''] = array;
    const { size, align } = layoutOf(element, kernel, specialised);
    return { size: roundUp(size, align) * constantValue(kernel, specialised.constants, length), align };
  }
  const vector = /^vec([234])(?:<(\w+)>|(\w))$/.exec(type);
  if (!vector) {
    const bytes = scalarBytesOf(type, kernel, specialised);
    return { size: bytes, align: bytes };
  }
  const width = Number(vector[1]);
  const bytes = scalarBytesOf(vector[2] ?? vector[3] ?? '', kernel, specialised);
  return { size: width * bytes, align: (width === 3 ? 4 : width) * bytes };
};

/** Bytes of workgroup memory of a specialised kernel, counted as the limit counts them: each variable in whole 16s. */
export const workgroupBytes = (kernel: Kernel, specialised: Specialised): number =>
  kernel.workgroupVariables.reduce(
    (total, { type }) => total + roundUp(layoutOf(type, kernel, specialised).size, 16),
    0,
  );

/** The most that any candidate kernel of these dispatches declares, but those that are taken only where a device has more. */
export const largestWorkgroupBytes = (dispatches: readonly Pick<PlanDispatch, 'candidates'>[]): number =>
  dispatches
    .flatMap(({ candidates }) => candidates)
    .filter(({ requires }) => requires.limits['maxComputeWorkgroupStorageSize'] === undefined)
    .reduce((largest, candidate) => {
      const kernel = kernels[candidate.kernel];
      if (!kernel) throw new RangeError(`the plan names a kernel ${candidate.kernel}, which is not known`);
      return Math.max(largest, workgroupBytes(kernel, candidate));
    }, 0);
