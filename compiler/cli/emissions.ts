/** What `swinc compile --emit` prints. */

import type { Kernel } from '../../runtime/kernels/manifest.ts';
import type { Plan, PlanDispatch } from '../../runtime/plan.ts';
import { specialise } from '../../runtime/specialise.ts';
import type { Planned } from '../compile.ts';
import { printGraph } from '../graph/print.ts';
import { planData } from '../targets/typescript/plan-data.ts';
import { json, printValue } from '../targets/typescript/print-value.ts';
import { usedKernels } from '../targets/typescript/used-kernels.ts';

export type Emission = 'graph' | 'plan' | 'wgsl';

export const emissions: Readonly<Record<Emission, (planned: Planned) => string>> = {
  graph: ({ optimised }) => printGraph(optimised),
  plan: ({ plan }) => printValue(planData(plan), json),
  wgsl: ({ plan }) => printShaders(plan),
};

/** Every kernel that some adapter would run, as it is compiled there; equal ones once, with all their places. */
function printShaders(plan: Plan): string {
  const kernels = new Map(usedKernels(plan).map((kernel) => [kernel.name, kernel]));
  const places = new Map<string, string[]>();
  for (const [index, dispatch] of plan.dispatches.entries()) {
    for (const candidate of dispatch.candidates) {
      const title = `// ${candidate.kernel}, for adapters of the class ${candidate.class}.`;
      const shader = `${title}\n${shaderOf(kernels.get(candidate.kernel), candidate)}`;
      places.set(shader, [...(places.get(shader) ?? []), describePlace(dispatch, index)]);
    }
  }
  return [...places].map(([shader, where]) => `// Serves ${where.join(', ')}.\n${shader.trimEnd()}\n`).join('\n');
}

function shaderOf(kernel: Kernel | undefined, candidate: PlanDispatch['candidates'][number]): string {
  return kernel === undefined ? '' : specialise(kernel, candidate);
}

function describePlace({ op, stage, block }: PlanDispatch, index: number): string {
  if (stage === null) return `dispatch ${index} (${op})`;
  return `dispatch ${index} (${op} of stage ${stage}${block === null ? '' : `, block ${block}`})`;
}
