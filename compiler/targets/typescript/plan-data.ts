/** A plan as plain data. */
import type { Candidate, Plan } from '../../../runtime/plan.ts';
import type { Plain } from './print-value.ts';

type Candidates = readonly Candidate[];

export const candidateData = (candidates: Candidates): Plain =>
  candidates.map((candidate) => ({
    ...candidate,
    workgroups: candidate.workgroups.map((count) => ({ ...count })),
    requires: { ...candidate.requires },
  }));

/** Names the fields, so that the order in print is this one and a field that is added to Plan is not forgotten. */
export function planData(plan: Plan, candidatesOf: (candidates: Candidates) => Plain = candidateData): Plain {
  const data = {
    formatVersion: plan.formatVersion,
    model: plan.model,
    elementType: plan.elementType,
    input: plan.input,
    outputs: plan.outputs.map((output) => ({ ...output })),
    taps: plan.taps.map((tap) => ({ ...tap })),
    preprocess: preprocessData(plan.preprocess),
    buffers: plan.buffers.map((buffer) => ({ ...buffer })),
    dispatches: plan.dispatches.map((dispatch) => ({
      ...dispatch,
      candidates: candidatesOf(dispatch.candidates),
    })),
    tuning: plan.tuning.map(({ formatVersion, adapter, entries }) => ({
      formatVersion,
      adapter: { ...adapter },
      entries: entries.map((entry) => ({ ...entry, milliseconds: { ...entry.milliseconds } })),
    })),
  } satisfies Record<keyof Plan, Plain>;
  return data;
}

export function preprocessData({ resize, crop, interpolation, mean, std }: Plan['preprocess']): Plain {
  return { resize: typeof resize === 'number' ? resize : { ...resize }, crop: { ...crop }, interpolation, mean, std };
}
