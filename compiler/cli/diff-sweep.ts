/** `swinc diff --sweep`: a row for each variant, against the model that the sweep varies. */
import type { Change } from '../diff/difference.ts';
import { spellDelta } from '../diff/figures.ts';
import type { SweepDifference, SweepRow } from '../diff/sweep.ts';
import { decimal, giga } from '../report/units.ts';
import { colourOf } from './diff-text/difference.ts';
import type { TextOptions } from './diff-text/options.ts';
import { type Column, textTable } from './table.ts';

/** Where nothing is added. */
const same = '·';

const added = (spell: (value: number) => string, change: Change): string => spellDelta({ spell }, change) || same;

const counted = (count: number): string => (count === 0 ? same : decimal(count));

const columnsFor = (paint: (row: SweepRow) => string): readonly Column<SweepRow>[] => [
  { name: 'variant', align: 'left', cell: ({ label }) => label },
  { name: 'verdict', align: 'left', cell: paint },
  { name: 'changes', align: 'left', cell: ({ fields }) => fields.map(({ path }) => path).join(', ') || same },
  { name: 'params', cell: ({ params }) => added(decimal, params) },
  { name: 'MACs', cell: ({ macs }) => added(giga, macs) },
  { group: 'dispatches', name: 'eager', cell: ({ dispatches }) => added(decimal, dispatches.eager) },
  { group: 'dispatches', name: 'planned', cell: ({ dispatches }) => added(decimal, dispatches.planned) },
  { group: 'tensors', name: 'carry', cell: ({ weights }) => counted(weights.carry) },
  { group: 'tensors', name: 'interpolate', cell: ({ weights }) => counted(weights.interpolate) },
  { group: 'tensors', name: 'new', cell: ({ weights }) => counted(weights.new) },
  { group: 'tensors', name: 'dropped', cell: ({ weights }) => counted(weights.dropped) },
  { group: 'tensors', name: 'not transferable', cell: ({ weights }) => counted(weights.notTransferable) },
];

export function printSweep({ sweep, base, variants }: SweepDifference, { colours }: TextOptions): string {
  const columns = columnsFor(({ verdict }) => colourOf(verdict, colours)(verdict));
  const title = `${colours.bold(sweep)}  ${variants.length} variants against ${base.model}`;
  return [title, colours.dim(`A  ${base.operand}`), '', textTable(columns, variants, colours)].join('\n');
}
