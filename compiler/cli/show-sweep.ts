/** How `swinc show` prints a sweep: a line for each variant. */
import type { ResolvedModel, ResolvedVariant } from '../model/resolve.ts';
import { valueLabel } from '../model/sweep-variants.ts';
import { byteCount, decimal, giga } from '../report/units.ts';
import { coloursFor } from './output.ts';
import type { ShowFormat } from './show.ts';
import { costValueColumns, windowsOf } from './show-columns.ts';
import type { Description, StageDescription } from './show-description.ts';
import { type AskedAdapter, eagerAndPlanned, whatOnnxToolCounts, workgroupMemory } from './show-notes.ts';
import { type Column, csvTable, markdownTable, textTable } from './table.ts';

export interface VariantDescription extends Description {
  /** What tells it from the others, without the quotes of a case's name. */
  readonly label: string;
  /** The fields that it sets itself, each with its value. */
  readonly varies: Readonly<Record<string, string>>;
}

interface ShownSweep {
  readonly sweep: string;
  readonly base: string;
  readonly variants: readonly VariantDescription[];
  readonly adapter: AskedAdapter | undefined;
}

export function describeVariant(
  resolved: ResolvedModel | ResolvedVariant,
  description: Description,
): VariantDescription {
  const name = 'label' in resolved ? resolved.label : resolved.name;
  const label = name.startsWith('"') ? String(JSON.parse(name)) : name;
  return { label, varies: variedFields(resolved), ...description };
}

function variedFields({ lineage }: ResolvedModel): Readonly<Record<string, string>> {
  const own = lineage.at(-1)?.settings;
  const fields = [...(own?.fields ?? [])].map(([field, { value }]) => [field, valueLabel(value)] as const);
  const ofStages = [...(own?.stages ?? [])].flatMap(([number, patches]) =>
    [...patches].map(([field, { value }]) => [`stage ${number} ${field}`, valueLabel(value)] as const),
  );
  return Object.fromEntries([...fields, ...ofStages]);
}

export const sweepPrinters: Readonly<Record<ShowFormat, (shown: ShownSweep) => string>> = {
  text: printText,
  json: (shown) => JSON.stringify({ formatVersion: '1.0', ...shown }, null, 2),
  markdown: printMarkdown,
  csv: ({ sweep, variants }) => csvTable(csvColumns(sweep), variants),
};

type VariantColumn = Column<VariantDescription>;

const variedText = ({ varies }: VariantDescription, separator: string): string =>
  Object.entries(varies)
    .map(([field, value]) => `${field}=${value}`)
    .join(separator);

const label: VariantColumn = { name: 'variant', align: 'left', cell: (variant) => variant.label };
const varied: VariantColumn = { name: 'varies', align: 'left', cell: (variant) => variedText(variant, ', ') };

/** A value of each stage, such as `64,16,4,1`. */
const byStage =
  (value: (stage: StageDescription) => string | number) =>
  ({ stages }: Description): string =>
    stages.map(value).join(',');

const figures: readonly VariantColumn[] = [
  { name: 'windows', cell: byStage(({ windows }) => windows) },
  { name: 'shifted', cell: byStage(({ shifted }) => shifted) },
  { name: 'params', cell: ({ params }) => decimal(params) },
  { name: 'MACs', cell: ({ macs }) => giga(macs) },
];

const onnxTool: readonly VariantColumn[] = [
  { group: 'onnx-tool', name: 'params', cell: ({ onnxTool: counts }) => (counts ? decimal(counts.params) : '') },
  { group: 'onnx-tool', name: 'MACs', cell: ({ onnxTool: counts }) => (counts ? giga(counts.macs) : '') },
];

const costs: readonly VariantColumn[] = [
  { group: 'dispatches', name: 'planned', cell: ({ dispatches }) => `${dispatches.planned}` },
  { group: 'moved', name: 'planned', cell: ({ bytesMoved }) => byteCount(bytesMoved.planned) },
  { group: 'rolled', name: 'eager', cell: ({ rollBytes }) => byteCount(rollBytes.eager) },
];

const isCounted = ({ onnxTool: counts }: Description): boolean => counts !== null;

/** What a variant is, without what it costs. */
export const modelColumns = (
  variants: readonly VariantDescription[],
  first: readonly VariantColumn[] = [label],
): readonly VariantColumn[] => [...first, ...figures, ...(variants.some(isCounted) ? onnxTool : [])];

const columnsFor = (
  variants: readonly VariantDescription[],
  first: readonly VariantColumn[],
): readonly VariantColumn[] => [...modelColumns(variants, first), ...costs];

/** Whether it is a case with a name of its own, which says nothing of its fields. */
const isNamed = (variant: VariantDescription): boolean => variant.label !== variedText(variant, ',');

const csvColumns = (sweep: string): readonly VariantColumn[] => [
  { name: 'sweep', cell: () => sweep },
  label,
  varied,
  { name: 'stages.window', cell: byStage(windowsOf) },
  { name: 'stages.windows', cell: byStage(({ windows }) => windows) },
  { name: 'stages.shifted', cell: byStage(({ shifted }) => shifted) },
  ...costValueColumns<VariantDescription>((variant) => variant),
];

/** What a terminal is wide. */
const widest = 120;

function printText({ sweep, base, variants, adapter }: ShownSweep): string {
  const colours = coloursFor(process.stdout);
  const narrow = textTable(columnsFor(variants, [label]), variants, colours);
  const wide = textTable(columnsFor(variants, [label, varied]), variants, colours);
  const fits = widthOf(wide) <= widest && variants.some(isNamed);
  const title = `${colours.bold(sweep)}  ${countOf(variants)} of ${base}`;
  return [title, fits ? wide : narrow, '', ...notes({ variants, adapter })].join('\n');
}

const widthOf = (table: string): number => Math.max(...table.split('\n').map((line) => line.length));

const countOf = ({ length }: readonly VariantDescription[]): string =>
  `${length} ${length === 1 ? 'variant' : 'variants'}`;

function printMarkdown({ sweep, base, variants, adapter }: ShownSweep): string {
  const first = variants.some(isNamed) ? [label, varied] : [label];
  const table = markdownTable(columnsFor(variants, first), variants);
  const title = `### ${sweep}, ${countOf(variants)} of ${base}`;
  return [title, table, notes({ variants, adapter }).join('  \n')].join('\n\n');
}

function notes({ variants, adapter }: Pick<ShownSweep, 'variants' | 'adapter'>): readonly string[] {
  const largest = Math.max(...variants.map(({ memory }) => memory.workgroup));
  const common = [eagerAndPlanned, workgroupMemory(largest, adapter)];
  return variants.some(isCounted) ? [...common, whatOnnxToolCounts] : common;
}
