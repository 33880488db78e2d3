/** How `swinc bench` prints, for terminals and as Markdown. */
import { giga, milliseconds } from '../../report/units.ts';
import { describeAdapter } from '../describe-adapter.ts';
import { type Colours, coloursFor } from '../output.ts';
import { modelColumns } from '../show-sweep.ts';
import { type Column, markdownTable, textTable } from '../table.ts';
import type { BenchedVariant, BenchReport, Block } from './report.ts';
import type { Result } from './result.ts';
import { ownName } from './swinc-engine.ts';

export interface Shown {
  readonly report: BenchReport;
  readonly blocks: readonly Block[];
}

const interval = ({ intervalMs: [low, high] }: Result): string => `${milliseconds(low)} to ${milliseconds(high)}`;

const ratio = (value: number | null): string => (value === null ? '' : value.toFixed(value < 0.1 ? 3 : 2));

const resultColumns = (results: readonly Result[], { adapter }: BenchReport): readonly Column<Result>[] => [
  { name: 'model', align: 'left', cell: ({ model }) => model },
  { name: 'MACs', cell: ({ macs }) => giga(macs) },
  { name: 'dtype', align: 'left', cell: ({ dtype }) => dtype },
  { name: 'batch', cell: ({ batch }) => `${batch}` },
  { name: 'engine', align: 'left', cell: ({ engine }) => engine },
  { name: 'median', cell: ({ medianMs }) => milliseconds(medianMs) },
  { name: '95 % interval', cell: interval },
  { name: 'runs', cell: ({ samples }) => `${samples}` },
  ...(results.some(({ gpuMs }) => gpuMs !== null) ? [gpuColumn] : []),
  ...(isSoftware(adapter) ? [processorColumn] : []),
  ...(hasPeers(results) ? ratioColumns(adapter) : []),
];

const gpuColumn: Column<Result> = {
  name: 'on the GPU',
  cell: ({ gpuMs }) => (gpuMs === null ? '' : milliseconds(gpuMs)),
};

const processorColumn: Column<Result> = { name: 'processor', cell: ({ processorMs }) => milliseconds(processorMs) };

/** Swinc's figure over that of the engine. */
const ratioColumns = (adapter: BenchReport['adapter']): readonly Column<Result>[] => [
  { group: 'swinc over it', name: 'time', cell: (result) => ofPeer(result, ratio(result.ratio)) },
  ...(isSoftware(adapter)
    ? [
        {
          group: 'swinc over it',
          name: 'processor',
          cell: (result: Result) => ofPeer(result, ratio(result.processorRatio)),
        },
      ]
    : []),
];

const ofPeer = ({ engine }: Result, text: string): string => (engine === ownName ? '' : text);

const hasPeers = (results: readonly Result[]): boolean =>
  results.some(({ engine, ratio: of }) => engine !== ownName && of !== null);

const isSoftware = ({ class: name }: BenchReport['adapter']): boolean => name === 'software' || name === 'cpu';

/** Medians of one engine, type and batch: a column of a sweep. */
function variantColumns(variants: readonly BenchedVariant[]): readonly Column<BenchedVariant>[] {
  const keys = [...new Set(variants.flatMap(({ results }) => results.map(keyOf)))];
  return keys.flatMap((group) => {
    const column = (name: string, cell: (result: Result) => string): Column<BenchedVariant> => ({
      group,
      name,
      cell: ({ results }) => {
        const found = results.find((result) => keyOf(result) === group);
        return found === undefined ? '' : cell(found);
      },
    });
    const median = column('median', ({ medianMs }) => milliseconds(medianMs));
    return group.startsWith(`${ownName}, `)
      ? [median, column('95 % interval', interval)]
      : [median, column('swinc over it', (result) => ratio(result.ratio))];
  });
}

const keyOf = ({ engine, dtype, batch }: Result): string => `${engine}, ${dtype}, batch ${batch}`;

interface Tables {
  readonly title: (name: string, rest: string) => string;
  readonly table: <Row>(columns: readonly Column<Row>[], rows: readonly Row[]) => string;
}

export function printText({ report, blocks }: Shown): string {
  const colours: Colours = coloursFor(process.stdout);
  const tables: Tables = {
    title: (name, rest) => `${colours.bold(name)}  ${rest}`,
    table: (columns, rows) => textTable(columns, rows, colours),
  };
  return [...sections({ report, blocks }, tables), notes({ report, blocks }).join('\n')].join('\n\n');
}

export function printMarkdown({ report, blocks }: Shown): string {
  const tables: Tables = { title: (name, rest) => `### ${name}, ${rest}\n`, table: markdownTable };
  return [...sections({ report, blocks }, tables), notes({ report, blocks }).join('  \n')].join('\n\n');
}

/** Models that were asked for one by one share a table. */
function sections({ report, blocks }: Shown, { title, table }: Tables): readonly string[] {
  const adapter = describeAdapter(report.adapter);
  const alone = blocks.flatMap((block) => (block.kind === 'model' ? block.results : []));
  const models = alone.length === 0 ? [] : [[title('bench', adapter), table(resultColumns(alone, report), alone)]];
  const sweeps = blocks.flatMap((block) => {
    if (block.kind === 'model') return [];
    const { sweep, base, variants } = block;
    const columns = [...modelColumns(variants), ...variantColumns(variants)];
    return [[title(sweep, `${variants.length} variants of ${base} on ${adapter}`), table(columns, variants)]];
  });
  return [...models, ...sweeps].map((lines) => lines.join('\n'));
}

/** A sweep's table has the medians alone. */
function notes({ report: { adapter }, blocks }: Shown): readonly string[] {
  const results = blocks.flatMap((block) => (block.kind === 'model' ? block.results : []));
  const always =
    'a run is from the input in memory to the logits in memory; all engines of a row by turns, in this process.';
  return [
    always,
    ...(results.some(({ gpuMs }) => gpuMs !== null)
      ? ["on the GPU: by its own timestamps, from a run's first dispatch to its last."]
      : []),
    ...(results.length > 0 && isSoftware(adapter)
      ? ['processor: time of all cores, which other processes disturb less.']
      : []),
  ];
}
