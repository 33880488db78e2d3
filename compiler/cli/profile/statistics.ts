/** From the spans of several runs to what a model's time goes into. */
import type { SelectedKernel } from '../../../runtime/model.ts';
import type { RunProfile } from '../../../runtime/profile.ts';
import { medianOf } from '../../diff/statistics.ts';
import { type OpKind, opKinds } from '../../ops/op.ts';
import type { DispatchWork } from '../../report/op-kinds.ts';

export interface ProfiledStep {
  readonly op: string;
  readonly kind: OpKind;
  readonly stage: number | null;
  readonly block: number | null;
  readonly kernel: string;
  /** The median of the runs. */
  readonly milliseconds: number;
  /** For one image. */
  readonly macs: number;
}

export interface Share {
  readonly dispatches: number;
  readonly milliseconds: number;
  /** Of the whole, from 0 to 1. */
  readonly share: number;
}

export interface KindShare extends Share {
  readonly kind: OpKind;
}

export interface KernelShare extends Share {
  readonly op: string;
  readonly kernel: string;
  readonly macs: number;
}

export interface StepStatistics {
  /** The sum of the dispatches. */
  readonly milliseconds: number;
  readonly kinds: readonly KindShare[];
  /** The longest first. */
  readonly kernels: readonly KernelShare[];
  readonly steps: readonly ProfiledStep[];
}

interface Measured {
  readonly profiles: readonly RunProfile[];
  readonly work: readonly DispatchWork[];
  readonly kernels: readonly SelectedKernel[];
}

export function statisticsOf({ profiles, work, kernels }: Measured): StepStatistics {
  const steps = work.map(({ op, kind, macs }, index): ProfiledStep => {
    const { stage = null, block = null, kernel = '' } = kernels[index] ?? {};
    const milliseconds = medianOf(profiles.map(({ spans }) => lengthOf(spans[index]))).value;
    return { op, kind, stage, block, kernel, milliseconds, macs };
  });
  const milliseconds = sum(steps);
  const kinds = opKinds.map((kind) => ({
    kind,
    ...shareOf(
      steps.filter((step) => step.kind === kind),
      milliseconds,
    ),
  }));
  return { milliseconds, kinds, kernels: kernelShares(steps, milliseconds), steps };
}

function kernelShares(steps: readonly ProfiledStep[], whole: number): readonly KernelShare[] {
  const groups = new Map<string, ProfiledStep[]>();
  for (const step of steps) {
    const key = `${step.op} ${step.kernel}`;
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const macs = group.reduce((total, step) => total + step.macs, 0);
      return { op: first.op, kernel: first.kernel, macs, ...shareOf(group, whole) };
    })
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

function shareOf(steps: readonly ProfiledStep[], whole: number): Share {
  const milliseconds = sum(steps);
  return { dispatches: steps.length, milliseconds, share: whole === 0 ? 0 : milliseconds / whole };
}

const sum = (steps: readonly ProfiledStep[]): number => steps.reduce((total, step) => total + step.milliseconds, 0);

const lengthOf = (span: RunProfile['spans'][number] | undefined): number => (span ? span.end - span.start : Number.NaN);
