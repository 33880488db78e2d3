/**
 * Results of several programs on one machine, `swinc bench` and `torch_bench.py`, as one Markdown table:
 *
 *     npx tsx test/bench/join.ts results/swin-t-gpu.json results/torch.json
 *
 * A row's ratio is the median of swinc over its own, for the same model, batch and type, where any file has swinc's.
 */
import { readFileSync } from 'node:fs';
import { type Column, markdownTable } from '../../compiler/cli/table.ts';

interface Result {
  readonly model: string;
  readonly engine: string;
  readonly batch: number;
  readonly dtype: string;
  readonly medianMs: number;
  readonly intervalMs: readonly [number, number];
  readonly samples: number;
  readonly gpuMs: number | null;
}

interface Row extends Result {
  readonly ratio: string;
}

const reports = process.argv.slice(2).map((file): { readonly adapter: { description: string }; results: Result[] } => {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  if (report.formatVersion !== '1.0') throw new Error(`${file} is no result of version 1.0`);
  return report;
});
const all = reports.flatMap(({ results }) => results);

const keyOf = ({ model, batch, dtype }: Result): string => `${model} ${dtype} ${batch}`;

const rows = all.map((result): Row => {
  const own = all.find((other) => other.engine === 'swinc' && keyOf(other) === keyOf(result));
  const ratio = own === undefined || own === result ? '' : (own.medianMs / result.medianMs).toFixed(3);
  return { ...result, ratio };
});

const time = (value: number | null): string => (value === null ? '' : `${value.toFixed(2)} ms`);

const columns: readonly Column<Row>[] = [
  { name: 'model', align: 'left', cell: ({ model }) => model },
  { name: 'dtype', align: 'left', cell: ({ dtype }) => dtype },
  { name: 'batch', cell: ({ batch }) => `${batch}` },
  { name: 'engine', align: 'left', cell: ({ engine }) => engine },
  { name: 'median', cell: ({ medianMs }) => time(medianMs) },
  { name: '95 % interval', cell: ({ intervalMs: [low, high] }) => `${time(low)} to ${time(high)}` },
  { name: 'runs', cell: ({ samples }) => `${samples}` },
  { name: 'on the GPU', cell: ({ gpuMs }) => time(gpuMs) },
  { name: 'swinc over it', cell: ({ ratio }) => ratio },
];

console.log([...new Set(reports.map(({ adapter }) => adapter.description))].join('; '));
console.log(
  `\n${markdownTable(
    columns,
    rows.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b))),
  )}`,
);
