/** How `swinc profile` prints: by kind for all variants side by side, and by kernel for each. */
import type { ElementType } from '../../../runtime/plan.ts';
import { opKinds } from '../../ops/op.ts';
import { milliseconds } from '../../report/units.ts';
import { describeAdapter } from '../describe-adapter.ts';
import { type Colours, coloursFor } from '../output.ts';
import { type Column, markdownTable, textTable } from '../table.ts';
import type { Measurement, ProfiledVariant } from './measure.ts';
import type { KernelShare } from './statistics.ts';

export interface ShownProfile extends Measurement {
  readonly model: string;
  readonly batch: number;
  readonly dtype: ElementType;
}

type KindRow = (typeof opKinds)[number] | 'total';

const kindRows: readonly KindRow[] = [...opKinds, 'total'];

const percentage = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The columns of one variant; `share` is of its own total. */
function columnsOf(variant: ProfiledVariant): readonly Column<KindRow>[] {
  const { name: group, kinds, steps, milliseconds: whole } = variant;
  const total = { dispatches: steps.length, milliseconds: whole, share: 1 };
  const of = (row: KindRow) => (row === 'total' ? total : (kinds.find(({ kind }) => kind === row) ?? total));
  return [
    { group, name: 'dispatches', cell: (row) => `${of(row).dispatches}` },
    { group, name: 'time', cell: (row) => milliseconds(of(row).milliseconds) },
    { group, name: 'share', cell: (row) => percentage(of(row).share) },
  ];
}

const kindColumns = (variants: readonly ProfiledVariant[]): readonly Column<KindRow>[] => [
  { name: 'kind', align: 'left', cell: (row) => row },
  ...variants.flatMap(columnsOf),
];

const kernelColumns = (batch: number): readonly Column<KernelShare>[] => [
  { name: 'op', align: 'left', cell: ({ op }) => op },
  { name: 'kernel', align: 'left', cell: ({ kernel }) => kernel },
  { name: 'dispatches', cell: ({ dispatches }) => `${dispatches}` },
  { name: 'time', cell: (row) => milliseconds(row.milliseconds) },
  { name: 'share', cell: ({ share }) => percentage(share) },
  // Multiply-accumulates a second: half of what floating-point operations a second would say.
  { name: 'GMAC/s', cell: (row) => (row.macs === 0 ? '' : rate(batch * row.macs, row.milliseconds)) },
];

const rate = (macs: number, time: number): string => (macs / (time * 1e6)).toPrecision(3);

export function printText(shown: ShownProfile): string {
  const colours = coloursFor(process.stdout);
  const { variants, batch } = shown;
  return [
    `${colours.bold(shown.model)}  ${circumstances(shown)}`,
    textTable(kindColumns(variants), kindRows, colours),
    ...variants.flatMap((variant) => ['', ...printKernels(variant, batch, colours)]),
    '',
    ...notes(shown),
  ].join('\n');
}

function printKernels({ name, kernels }: ProfiledVariant, batch: number, colours: Colours): readonly string[] {
  return [colours.bold(name), textTable(kernelColumns(batch), kernels, colours)];
}

export function printMarkdown(shown: ShownProfile): string {
  const { model, variants, batch } = shown;
  return [
    `### ${model}, ${circumstances(shown)}`,
    markdownTable(kindColumns(variants), kindRows),
    ...variants.flatMap(({ name, kernels }) => [`#### ${name}`, markdownTable(kernelColumns(batch), kernels)]),
    notes(shown).join('  \n'),
  ].join('\n\n');
}

function circumstances({ batch, dtype, adapter }: ShownProfile): string {
  return `${batch === 1 ? '1 image' : `${batch} images`}, ${dtype}, on ${describeAdapter(adapter)}`;
}

const clocks = {
  timestamps: "by the GPU's timestamps, each dispatch in a pass of its own",
  submits: 'each dispatch submitted alone, launching and waiting included, for this device has no timestamps',
} as const;

function notes({ variants }: ShownProfile): readonly string[] {
  const [first] = variants;
  const measured = first === undefined ? [] : [`${countOf(first.samples)}, ${clocks[first.clock]}`];
  const runs = variants.map(({ name, runMilliseconds }) => `${name} ${milliseconds(runMilliseconds)}`);
  return [
    ...measured,
    `all dispatches in one pass, as a run has them: ${runs.join(', ')}`,
    'a fused kernel counts as what it was before: a GEMM with its norm, activation and residual is a GEMM.',
  ];
}

const countOf = (samples: number): string => (samples === 1 ? 'one run' : `medians of ${samples} runs`);
