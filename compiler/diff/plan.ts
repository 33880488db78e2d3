/** Which kernels and pipelines one plan has and the other has not. */
import { kernels } from '../../runtime/kernels/manifest.gen.ts';
import type { Candidate, ElementType, Plan } from '../../runtime/plan.ts';
import type { DispatchChange, PipelineUse, PlanChange } from './difference.ts';

const without = <Value>(values: ReadonlyMap<string, Value>, others: ReadonlyMap<string, unknown>): readonly Value[] =>
  [...values].flatMap(([key, value]) => (others.has(key) ? [] : [value]));

const byName = <Value>(record: Readonly<Record<string, Value>>): readonly (readonly [string, Value])[] =>
  Object.entries(record).sort(([first], [second]) => (first < second ? -1 : 1));

/** What a specialisation changes in its kernel's text: the rest, sizes in uniforms too, is no difference of pipelines. */
const specialisationOf = ({ kernel, constants, types }: Candidate): Pick<PipelineUse, 'constants' | 'types'> => {
  const defaults = new Map(kernels[kernel]?.constants.map((constant) => [constant.name, constant.default]));
  return {
    constants: Object.fromEntries(
      byName(constants).filter(([name, value]) => defaults.has(name) && defaults.get(name) !== value),
    ),
    types: Object.fromEntries(byName<ElementType>(types).filter(([, type]) => type !== 'f32')),
  };
};

/** By what the runtime compiles once, as `runtime/pipelines.ts` does. */
const pipelinesOf = (plan: Plan): ReadonlyMap<string, PipelineUse> => {
  const pipelines = new Map<string, PipelineUse>();
  for (const candidate of plan.dispatches.flatMap(({ candidates }) => candidates)) {
    const { kernel, class: adapters } = candidate;
    const specialisation = specialisationOf(candidate);
    const key = JSON.stringify([kernel, specialisation]);
    const dispatches = (pipelines.get(key)?.dispatches ?? 0) + 1;
    pipelines.set(key, { kernel, class: adapters, ...specialisation, dispatches });
  }
  return pipelines;
};

const kernelsOf = (plan: Plan): ReadonlyMap<string, string> =>
  new Map(plan.dispatches.flatMap(({ candidates }) => candidates.map(({ kernel }) => [kernel, kernel] as const)));

const compareDispatches = (a: Plan, b: Plan): readonly DispatchChange[] => {
  const count = (plan: Plan, op: string): number => plan.dispatches.filter((dispatch) => dispatch.op === op).length;
  const ops = new Set([...a.dispatches, ...b.dispatches].map(({ op }) => op));
  return [...ops].map((op) => ({ op, from: count(a, op), to: count(b, op) }));
};

export const comparePlans = (a: Plan, b: Plan): PlanChange => {
  const [kernelsOfA, kernelsOfB] = [kernelsOf(a), kernelsOf(b)];
  const [pipelinesOfA, pipelinesOfB] = [pipelinesOf(a), pipelinesOf(b)];
  const gained = without(pipelinesOfB, pipelinesOfA);
  return {
    kernels: {
      gained: without(kernelsOfB, kernelsOfA),
      lost: without(kernelsOfA, kernelsOfB),
      shared: [...kernelsOfA.keys()].filter((kernel) => kernelsOfB.has(kernel)),
    },
    pipelines: {
      gained,
      lost: without(pipelinesOfA, pipelinesOfB),
      shared: pipelinesOfB.size - gained.length,
    },
    dispatches: compareDispatches(a, b),
  };
};

/** Names do not count. */
export const samePlan = (a: Plan, b: Plan): boolean =>
  JSON.stringify({ ...a, model: '' }) === JSON.stringify({ ...b, model: '' });
