/** How `swinc show` prints one model. */
import { coloursFor } from './output.ts';
import type { ShowFormat } from './show.ts';
import { architectureColumns, costColumns, csvColumns, rowsOf } from './show-columns.ts';
import type { Description } from './show-description.ts';
import {
  type AskedAdapter,
  eagerAndPlanned,
  whatIsOutside,
  whatOnnxToolCounts,
  workgroupMemory,
} from './show-notes.ts';
import { csvTable, markdownTable, textTable } from './table.ts';

interface ShownModel {
  readonly description: Description;
  readonly adapter: AskedAdapter | undefined;
}

export const modelPrinters: Readonly<Record<ShowFormat, (shown: ShownModel) => string>> = {
  text: printText,
  json: ({ description, adapter }) => JSON.stringify({ formatVersion: '1.0', ...description, adapter }, null, 2),
  markdown: printMarkdown,
  csv: ({ description }) => csvTable(csvColumns(description.model), rowsOf(description)),
};

function printText({ description, adapter }: ShownModel): string {
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

function printMarkdown({ description, adapter }: ShownModel): string {
  const rows = rowsOf(description);
  const sections = [
    `### ${description.model}, ${description.input.join(' x ')}`,
    markdownTable(architectureColumns(description), rows),
    markdownTable(costColumns, rows),
    notes({ description, adapter }).join('  \n'),
  ];
  return sections.join('\n\n');
}

function notes({ description, adapter }: ShownModel): readonly string[] {
  const { memory, onnxTool } = description;
  const common = [eagerAndPlanned, whatIsOutside, workgroupMemory(memory.workgroup, adapter)];
  return onnxTool === null ? common : [...common, whatOnnxToolCounts];
}
