import type { PipelineUse, PlanChange } from '../../diff/difference.ts';
import { hasChanged } from '../../diff/figures.ts';
import { alignColumns, type Cell } from '../columns.ts';
import type { Colours } from '../output.ts';
import type { TextOptions } from './options.ts';

/** Kernels by name, and how many pipelines each gains and loses; with `all` every such pipeline with its constants. */
export function planLines({ kernels, pipelines, dispatches }: PlanChange, options: TextOptions): readonly string[] {
  const { colours, all } = options;
  const counts = dispatches.filter((change) => all || hasChanged(change)).map(dispatchText);
  const ofKernels = summary('kernels', kernels.gained.length, kernels.lost.length, kernels.shared.length);
  const ofPipelines = summary('pipelines', pipelines.gained.length, pipelines.lost.length, pipelines.shared);
  const rows = all
    ? [...pipelines.gained.map((use) => useCells('+', use)), ...pipelines.lost.map((use) => useCells('-', use))]
    : kernelRows(pipelines);
  return [
    `${colours.bold('plan')}  ${ofKernels}; ${ofPipelines}`,
    ...(counts.length > 0 ? [`  dispatches  ${counts.join(', ')}`] : []),
    ...kernels.gained.map((kernel) => colours.green(`  + ${kernel}`)),
    ...kernels.lost.map((kernel) => colours.red(`  - ${kernel}`)),
    ...alignColumns(rows.map((row) => inColour(row, colours))),
  ];
}

function summary(what: string, gained: number, lost: number, shared: number): string {
  if (gained + lost === 0) return `the same ${shared} ${what}`;
  return `${what}: ${gained} gained, ${lost} lost, ${shared} the same`;
}

function dispatchText({ op, from, to }: PlanChange['dispatches'][number]): string {
  return from === to ? `${from} ${op}` : `${from} → ${to} ${op}`;
}

function kernelRows({ gained, lost }: PlanChange['pipelines']): readonly (readonly string[])[] {
  const kernels = new Set([...gained, ...lost].map(({ kernel }) => kernel));
  const count = (uses: readonly PipelineUse[], name: string): string =>
    String(uses.filter(({ kernel }) => kernel === name).length);
  return [...kernels].map((name) => [`  ${name}`, `${count(gained, name)} gained, ${count(lost, name)} lost`]);
}

function useCells(sign: string, { kernel, constants, types }: PipelineUse): readonly string[] {
  const values = Object.entries({ ...constants, ...types }).map(([name, value]) => `${name}=${value}`);
  return [`  ${sign} ${kernel}`, values.join(' ')];
}

function inColour(row: readonly string[], { green, red, dim }: Colours): readonly Cell[] {
  const colour = row[0]?.startsWith('  +') ? green : row[0]?.startsWith('  -') ? red : undefined;
  return row.map((text, index) => ({ text, colour: index === 0 && colour ? colour : dim }));
}
