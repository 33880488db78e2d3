/** `swinc show`: what a model is made of, and what it costs. */
import type { AdapterClass } from '../../runtime/plan.ts';
import { planModel } from '../compile.ts';
import { reportOf } from '../report/report.ts';
import { decimal } from '../report/units.ts';
import { leastWorkgroupMemory } from '../report/workgroup-memory.ts';
import { describeAdapter } from './describe-adapter.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { loadModel, type RootOption } from './load-model.ts';
import { coloursFor, writeData } from './output.ts';
import { architectureColumns, costColumns, csvColumns, rowsOf } from './show-columns.ts';
import { type Description, describe } from './show-description.ts';
import { csvTable, markdownTable, textTable } from './table.ts';

export type ShowFormat = 'text' | 'json' | 'markdown' | 'csv';

export interface ShowOptions extends RootOption {
  readonly format: ShowFormat;
  /** Whether to ask WebGPU for its adapter, and hold the model against its limits. */
  readonly adapter?: true;
}

/** Which adapter was asked, and what it offers. */
interface AskedAdapter {
  readonly class: AdapterClass;
  readonly vendor: string;
  readonly device: string;
  readonly description: string;
  readonly maxComputeWorkgroupStorageSize: number;
}

interface Shown {
  readonly description: Description;
  readonly adapter: AskedAdapter | undefined;
}

export async function show(spec: string, options: ShowOptions): Promise<ExitCode> {
  const loaded = loadModel(spec, options);
  if (loaded === undefined) return exitCodes.findings;
  const asked = options.adapter ? await askAdapter() : undefined;
  if (asked !== undefined && 'ended' in asked) return asked.ended;
  loaded.warnings.print();
  const { model } = loaded;
  const report = reportOf(model, planModel(model, { elementType: 'f32' }));
  await writeData(printers[options.format]({ description: describe(model, report), adapter: asked }));
  return exitCodes.fine;
}

/** The adapter's limits, or the code that a second process ended with: it has printed them. */
async function askAdapter(): Promise<AskedAdapter | { readonly ended: ExitCode }> {
  const { findAdapter } = await import('./adapter.ts');
  const found = await findAdapter('auto');
  if ('ended' in found) return found;
  const { vendor, device, description } = found.adapter.info;
  const { maxComputeWorkgroupStorageSize } = found.adapter.limits;
  return { class: found.class, vendor, device, description, maxComputeWorkgroupStorageSize };
}

const printers: Readonly<Record<ShowFormat, (shown: Shown) => string>> = {
  text: printText,
  json: ({ description, adapter }) => JSON.stringify({ formatVersion: '1.0', ...description, adapter }, null, 2),
  markdown: printMarkdown,
  csv: ({ description }) => csvTable(csvColumns(description.model), rowsOf(description)),
};

const legend =
  "eager: each op of the papers' drawing runs by itself; planned: what the compiled model runs. One image, f32.";

function printText({ description, adapter }: Shown): string {
  const colours = coloursFor(process.stdout);
  const { model, input } = description;
  const rows = rowsOf(description);
  const sections = [
    `${colours.bold(model)}  ${input.join(' x ')}`,
    textTable(architectureColumns(description), rows, colours),
    '',
    textTable(costColumns, rows, colours),
    '',
    ...notes({ description, adapter }),
  ];
  return sections.join('\n');
}

function printMarkdown({ description, adapter }: Shown): string {
  const rows = rowsOf(description);
  const sections = [
    `### ${description.model}, ${description.input.join(' x ')}`,
    markdownTable(architectureColumns(description), rows),
    markdownTable(costColumns, rows),
    notes({ description, adapter }).join('  \n'),
  ];
  return sections.join('\n\n');
}

function notes({ description, adapter }: Shown): readonly string[] {
  const limit =
    adapter === undefined
      ? `every adapter has ${decimal(leastWorkgroupMemory)}`
      : `${describeAdapter(adapter)} has ${decimal(adapter.maxComputeWorkgroupStorageSize)}`;
  const workgroup = `workgroup memory: ${decimal(description.memory.workgroup)} bytes at most; ${limit}.`;
  const tool = "onnx-tool: what that tool counts of the exported model, as in the Swin-Free paper's Table 6.";
  return description.onnxTool === null ? [legend, workgroup] : [legend, workgroup, tool];
}
