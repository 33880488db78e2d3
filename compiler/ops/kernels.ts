/** The pieces of which an op's lowering is made. */
import type { AdapterClass, Candidate, WorkgroupCount } from '../../runtime/plan.ts';
import { matrixUnits } from '../../runtime/select.ts';
import type { Pair } from './attribute.ts';
import { modulo } from './tensor.ts';

export const nothingRequired: Candidate['requires'] = { features: [], limits: {} };

export const one: WorkgroupCount = { count: 1, batched: false, tile: 1 };

/** Workgroups that cover `count` items of every image, `tile` in each. */
export const perImage = (count: number, tile: number): WorkgroupCount => ({ count, batched: true, tile });

export const fixed = (count: number, tile: number): WorkgroupCount => ({ count, batched: false, tile });

/** The same kernel for several classes of adapter. */
export const forClasses = (
  classes: readonly AdapterClass[],
  candidate: Omit<Candidate, 'class' | 'requires'>,
  requires: Candidate['requires'] = nothingRequired,
): readonly Candidate[] => classes.map((name) => ({ class: name, ...candidate, requires }));

/** Sizes of subgroups that software adapters have: lavapipe's and WARP's with AVX2 (8), SwiftShader's and others' (4). */
export const subgroupSizes = [8, 4] as const;

export const subgroupsOf = (size: number): Candidate['requires'] => ({
  features: ['subgroups'],
  limits: {},
  subgroupSize: size,
});

/** What kernels for matrix units ask for, and so much workgroup memory. */
export const matrixUnitsWith = (bytes: number): Candidate['requires'] => ({
  features: ['subgroups', matrixUnits],
  limits: { maxComputeWorkgroupStorageSize: bytes },
  subgroupSize: 32,
});

export const everyClass: readonly AdapterClass[] = ['software', 'gpu'];

/** Two constants, one a dimension: `ROLL` → ROLL_HEIGHT and ROLL_WIDTH. */
export const pairConstants = (name: string, [height, width]: Pair): Record<string, number> => ({
  [`${name}_HEIGHT`]: height,
  [`${name}_WIDTH`]: width,
});

/** Amounts of a roll as kernels want them: 0 ≤ amount < size. */
export const wrapped = (by: Pair, size: Pair): Pair => [modulo(by[0], size[0]), modulo(by[1], size[1])];

export const flag = (present: unknown): number => (present ? 1 : 0);
