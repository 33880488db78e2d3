/** The columns of `swinc show`. */
import type { CostReport, EagerAndPlanned } from '../report/report.ts';
import { byteCount, decimal, giga } from '../report/units.ts';
import type { Description, Pair, StageDescription } from './show-description.ts';
import type { Column } from './table.ts';

/** A stage, what is outside of the stages, or the whole. */
export interface ShownRow {
  readonly label: string;
  readonly costs: CostReport;
  /** Of the whole model. */
  readonly whole: CostReport;
  readonly stage: StageDescription | undefined;
}

export function rowsOf(description: Description): readonly ShownRow[] {
  const { stages, outside } = description;
  const whole = description;
  return [
    ...stages.map((stage, index) => ({ label: `${index + 1}`, costs: stage, whole, stage })),
    { label: 'outside', costs: outside, whole, stage: undefined },
    { label: 'total', costs: whole, whole, stage: undefined },
  ];
}

const label: Column<ShownRow> = { name: 'stage', cell: (row) => row.label };

/** What only stages have. */
const ofStage = (name: string, cell: (stage: StageDescription) => string): Column<ShownRow> => ({
  name,
  cell: ({ stage }) => (stage === undefined ? '' : cell(stage)),
});

/** A count that says nothing where there is no stage. */
const counted = (name: string, count: (costs: CostReport) => number): Column<ShownRow> => ({
  name,
  cell: ({ label: where, costs }) => (where === 'outside' ? '' : `${count(costs)}`),
});

/** Windows of a stage, without what repeats: `7`, `4x8`, `4, 8`. */
export function windowsOf({ blocks }: StageDescription): string {
  return [...new Set(blocks.map(({ window }) => by(window)))].join(', ');
}

const by = ([height, width]: Pair): string => (height === width ? `${height}` : `${height}x${width}`);

const architecture: readonly Column<ShownRow>[] = [
  label,
  ofStage('grid', ({ grid }) => grid.join('x')),
  counted('tokens', ({ tokens }) => tokens),
  ofStage('window', windowsOf),
  counted('windows', ({ windows }) => windows),
  counted('shifted', ({ shifted }) => shifted),
  ofStage('dim', ({ dim }) => `${dim}`),
  ofStage('heads', ({ heads }) => `${heads}`),
  ofStage('depth', ({ depth }) => `${depth}`),
  { name: 'params', cell: ({ costs }) => decimal(costs.params) },
  { name: 'MACs', cell: ({ costs, whole }) => giga(costs.macs, whole.macs) },
];

const onnxTool: readonly Column<ShownRow>[] = [
  { group: 'onnx-tool', name: 'params', cell: ({ costs }) => (costs.onnxTool ? decimal(costs.onnxTool.params) : '') },
  {
    group: 'onnx-tool',
    name: 'MACs',
    cell: ({ costs, whole }) => (costs.onnxTool ? giga(costs.onnxTool.macs, whole.macs) : ''),
  },
];

/** What the model is; beside its true figures the tool's, where that would count it. */
export const architectureColumns = (description: Pick<Description, 'onnxTool'>): readonly Column<ShownRow>[] =>
  description.onnxTool === null ? architecture : [...architecture, ...onnxTool];

/** A quantity eagerly and as planned, side by side under its name. */
const both = (
  group: string,
  quantity: (costs: CostReport) => EagerAndPlanned,
  print: (value: number) => string,
): readonly Column<ShownRow>[] => [
  { group, name: 'eager', cell: ({ costs }) => print(quantity(costs).eager) },
  { group, name: 'planned', cell: ({ costs }) => print(quantity(costs).planned) },
];

export const costColumns: readonly Column<ShownRow>[] = [
  label,
  ...both('dispatches', ({ dispatches }) => dispatches, String),
  ...both('bytes moved', ({ bytesMoved }) => bytesMoved, byteCount),
  ...both('bytes rolled', ({ rollBytes }) => rollBytes, byteCount),
  ...both('activations', ({ memory }) => memory.activations, byteCount),
  { group: 'weights', name: 'planned', cell: ({ costs }) => byteCount(costs.memory.weights) },
];

/** The same columns for a spreadsheet, named as in JSON. */
const costValues: readonly (readonly [name: string, value: (costs: CostReport) => number | undefined])[] = [
  ['params', ({ params }) => params],
  ['macs', ({ macs }) => macs],
  ['tokens', ({ tokens }) => tokens],
  ['windows', ({ windows }) => windows],
  ['shifted', ({ shifted }) => shifted],
  ['dispatches.eager', ({ dispatches }) => dispatches.eager],
  ['dispatches.planned', ({ dispatches }) => dispatches.planned],
  ['bytesMoved.eager', ({ bytesMoved }) => bytesMoved.eager],
  ['bytesMoved.planned', ({ bytesMoved }) => bytesMoved.planned],
  ['rollBytes.eager', ({ rollBytes }) => rollBytes.eager],
  ['rollBytes.planned', ({ rollBytes }) => rollBytes.planned],
  ['memory.weights', ({ memory }) => memory.weights],
  ['memory.activations.eager', ({ memory }) => memory.activations.eager],
  ['memory.activations.planned', ({ memory }) => memory.activations.planned],
  ['memory.workgroup', ({ memory }) => memory.workgroup],
  ['onnxTool.macs', ({ onnxTool: counts }) => counts?.macs],
  ['onnxTool.params', ({ onnxTool: counts }) => counts?.params],
];

/** Costs as plain numbers; what is not known is empty. */
export const costValueColumns = <Row>(costsOf: (row: Row) => CostReport): readonly Column<Row>[] =>
  costValues.map(([name, value]) => ({ name, cell: (row) => `${value(costsOf(row)) ?? ''}` }));

/** A line a stage, one for what is outside of them and one for the whole. */
export const csvColumns = (model: string): readonly Column<ShownRow>[] => [
  { name: 'model', cell: () => model },
  label,
  ofStage('grid', ({ grid }) => grid.join('x')),
  ofStage('window', windowsOf),
  ofStage('dim', ({ dim }) => `${dim}`),
  ofStage('heads', ({ heads }) => `${heads}`),
  ofStage('depth', ({ depth }) => `${depth}`),
  ...costValueColumns<ShownRow>(({ costs }) => costs),
];
