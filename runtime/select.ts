/** Of the candidate kernels that a plan lists for a dispatch, the one for this adapter. */

import { workgroupCounts } from './bind.ts';
import { DeviceError, PlanError } from './errors.ts';
import type { AdapterClass, Candidate, PlanDispatch } from './plan.ts';

export interface Target {
  readonly class: AdapterClass;
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  /** Undefined where the adapter chooses among several. */
  readonly subgroupSize: number | undefined;
  /** The largest batch that will be run. */
  readonly batch: number;
}

export type BatchBucket = '1' | '2-7' | '8+';

/** A measured preference: of the candidates that this adapter can run, one for a bucket of batches, or nothing to say. */
export type Tuning = (
  dispatch: PlanDispatch,
  runnable: readonly Candidate[],
  bucket: BatchBucket,
) => Candidate | undefined;

/** Classes whose kernels an adapter may run, best first. Kernels for matrix units run nowhere else. */
const CLASSES: Readonly<Record<AdapterClass, readonly AdapterClass[]>> = {
  'gpu-matrix': ['gpu-matrix', 'gpu', 'software'],
  gpu: ['gpu', 'software'],
  software: ['software', 'gpu'],
};

export function batchBucket(batch: number): BatchBucket {
  return batch < 2 ? '1' : batch < 8 ? '2-7' : '8+';
}

/** What describes an adapter, as GPUAdapterInfo has it. */
export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
  readonly subgroupMatrixConfigs?: Iterable<SubgroupMatrixConfig>;
}

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|subzero|\bwarp\b|basic render/i;

/** Dawn's experimental extension, offered where unsafe features are allowed. */
export const matrixUnits = 'chromium-experimental-subgroup-matrix';

/** A product that the adapter's matrix units compute: M x K by K x N. */
export interface SubgroupMatrixConfig {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly componentType: string;
  readonly resultComponentType: string;
}

/** What the kernels ask of matrix units: 16 x 16 by 16 x 16, f16 in and f32 out. */
const isOurProduct = ({ M, N, K, componentType, resultComponentType }: SubgroupMatrixConfig): boolean =>
  M === 16 && N === 16 && K === 16 && componentType === 'f16' && resultComponentType === 'f32';

/**
 * Software adapters say so by their name, or by being the browser's fallback. A GPU is of class gpu-matrix only where the
 * device, or the adapter it is asked of, has the feature.
 */
export function adapterClass(info: AdapterDescription, features?: ReadonlySet<string>): AdapterClass {
  const text = [info.vendor, info.architecture, info.device, info.description].join(' ');
  if (info.isFallbackAdapter === true || SOFTWARE.test(text)) return 'software';
  const products = features?.has(matrixUnits) ? (info.subgroupMatrixConfigs ?? []) : [];
  return [...products].some(isOurProduct) ? 'gpu-matrix' : 'gpu';
}

/** The one size of an adapter's subgroups, or undefined where it has none or several. */
export function subgroupSize({ features, adapterInfo }: GPUDevice): number | undefined {
  const { subgroupMinSize, subgroupMaxSize } = adapterInfo;
  return features.has('subgroups') && subgroupMinSize === subgroupMaxSize ? subgroupMinSize : undefined;
}

const listedCandidates = ({ candidates }: PlanDispatch, target: Target): readonly Candidate[] =>
  CLASSES[target.class].flatMap((name) =>
    byOccupancy(
      candidates.filter((candidate) => candidate.class === name),
      target.batch,
    ),
  );

const allRunnable = (dispatch: PlanDispatch, target: Target): readonly Candidate[] =>
  listedCandidates(dispatch, target).filter((candidate) => shortfall(candidate, target) === null);

/** What an adapter can run of the kernels for its kind, software or GPU, best first; where there are none, of all. */
export function ownCandidates(dispatch: PlanDispatch, target: Target): readonly Candidate[] {
  const runnable = allRunnable(dispatch, target);
  const own = runnable.filter((candidate) => (candidate.class === 'software') === (target.class === 'software'));
  return own.length > 0 ? own : runnable;
}

/**
 * What an adapter can be made to run, best first. Not what a GPU has better ones for: kernels of software adapters are slow
 * there, and with NVIDIA's driver the register tiles of attention ended the process.
 */
export function runnableCandidates(dispatch: PlanDispatch, target: Target): readonly Candidate[] {
  return target.class === 'software' ? allRunnable(dispatch, target) : ownCandidates(dispatch, target);
}

export function selectCandidate(dispatch: PlanDispatch, target: Target, tuning?: Tuning): Candidate {
  const runnable = runnableCandidates(dispatch, target);
  const chosen = tuning?.(dispatch, runnable, batchBucket(target.batch)) ?? runnable[0];
  if (chosen !== undefined) {
    return chosen;
  }
  const [best] = listedCandidates(dispatch, target);
  if (best === undefined) {
    throw new PlanError(`${dispatch.op} has no kernel for an adapter of class ${target.class}`);
  }
  throw shortfall(best, target) ?? new PlanError(`${dispatch.op} has no kernel`);
}

/** Those first that keep a GPU busy at this batch. */
function byOccupancy(candidates: readonly Candidate[], batch: number): readonly Candidate[] {
  const isBusy = (candidate: Candidate): boolean => {
    const [x, y, z] = workgroupCounts(candidate, batch);
    return x * y * z >= (candidate.leastWorkgroups ?? 0);
  };
  return [...candidates.filter(isBusy), ...candidates.filter((candidate) => !isBusy(candidate))];
}

/** Why this adapter cannot run a kernel, or null. */
function shortfall({ kernel, requires }: Candidate, target: Target): DeviceError | null {
  const { features, limits, subgroupSize } = target;
  const feature = requires.features.find((name) => !features.has(name));
  if (feature !== undefined) {
    const advice = feature === 'shader-f16' ? '; compile the model with f32 instead' : '';
    return new DeviceError('missing-feature', `${kernel} needs ${feature}, which this adapter lacks${advice}`);
  }
  if (requires.subgroupSize !== undefined && requires.subgroupSize !== subgroupSize) {
    return new DeviceError(
      'missing-feature',
      `${kernel} needs subgroups of ${requires.subgroupSize} invocations; this adapter has ${subgroupSize ?? 'several sizes'}`,
    );
  }
  const exceeded = Object.entries(requires.limits).find(([name, needed]) => needed > (limits[name] ?? 0));
  if (exceeded !== undefined) {
    const [name, needed] = exceeded;
    return new DeviceError(
      'limit-exceeded',
      `${kernel} needs ${name} of ${needed}; this device has ${limits[name] ?? 0}`,
    );
  }
  return null;
}
