import type { PipelineUse, PlanChange } from '../difference.ts';
import { hasChanged } from '../figures.ts';
import { code, details, left, right, shortTable } from './text.ts';

export const planSection = ({ kernels, pipelines, dispatches }: PlanChange, most: number): string => {
  const items = [
    ...pipelines.gained.map((use) => ({ fate: 'gained', use })),
    ...pipelines.lost.map((use) => ({ fate: 'lost', use })),
  ];
  const columns = [left(''), left('kernel'), left('for'), left('with'), right('dispatches')];
  const counts = dispatches.filter(hasChanged).map(({ op, from, to }) => `${code(op)} ${from} → ${to}`);
  return [
    '#### Plan',
    [
      `- ${summary('kernels', kernels.gained.length, kernels.lost.length, kernels.shared.length)}`,
      ...kernels.gained.map((kernel) => `  - gained ${code(kernel)}`),
      ...kernels.lost.map((kernel) => `  - lost ${code(kernel)}`),
      `- ${summary('pipelines', pipelines.gained.length, pipelines.lost.length, pipelines.shared)}`,
      `- dispatches by op: ${counts.length === 0 ? 'the same' : counts.join(', ')}`,
    ].join('\n'),
    ...(items.length === 0
      ? []
      : [details(`${items.length} pipelines differ`, shortTable(columns, { items, row }, most))]),
  ].join('\n\n');
};

const summary = (what: string, gained: number, lost: number, shared: number): string =>
  gained + lost === 0 ? `the same ${shared} ${what}` : `${what}: ${gained} gained, ${lost} lost, ${shared} the same`;

const row = ({ fate, use }: { readonly fate: string; readonly use: PipelineUse }): readonly string[] => {
  const values = Object.entries({ ...use.constants, ...use.types }).map(([name, value]) => `${name}=${value}`);
  return [fate, code(use.kernel), use.class, code(values.join(' ')), `${use.dispatches}`];
};
