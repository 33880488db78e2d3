/** What follows from the fields: the costs of both models, stage by stage and in total. */
import type { Model, Size } from '../model/model.ts';
import { type CostReport, type EagerAndPlanned, reportOf } from '../report/report.ts';
import type {
  Change,
  CostChange,
  DerivedChange,
  EagerAndPlannedChange,
  StageChange,
  StageLayout,
} from './difference.ts';
import type { Subject } from './subject.ts';

/** Of one place in both models; a stage may be missing from one of them. */
interface Reports {
  readonly a: CostReport | undefined;
  readonly b: CostReport | undefined;
}

const changeOf = ({ a, b }: Reports, figure: (report: CostReport) => number): Change => ({
  from: a ? figure(a) : null,
  to: b ? figure(b) : null,
});

const bothOf = (reports: Reports, figure: (report: CostReport) => EagerAndPlanned): EagerAndPlannedChange => ({
  eager: changeOf(reports, (report) => figure(report).eager),
  planned: changeOf(reports, (report) => figure(report).planned),
});

const costChange = (reports: Reports): CostChange => ({
  tokens: changeOf(reports, ({ tokens }) => tokens),
  windows: changeOf(reports, ({ windows }) => windows),
  shifted: changeOf(reports, ({ shifted }) => shifted),
  params: changeOf(reports, ({ params }) => params),
  macs: changeOf(reports, ({ macs }) => macs),
  dispatches: bothOf(reports, ({ dispatches }) => dispatches),
  bytesMoved: bothOf(reports, ({ bytesMoved }) => bytesMoved),
  rollBytes: bothOf(reports, ({ rollBytes }) => rollBytes),
  memory: {
    weights: changeOf(reports, ({ memory }) => memory.weights),
    activations: bothOf(reports, ({ memory }) => memory.activations),
    workgroup: changeOf(reports, ({ memory }) => memory.workgroup),
  },
});

const pairOf = ({ height, width }: Size): readonly [height: number, width: number] => [height, width];

const layoutOf = ({ stages, pad }: Model, index: number): StageLayout | null => {
  const stage = stages[index];
  if (!stage) return null;
  const { grid, dim, heads } = stage;
  const blocks = stage.blocks.map(({ window, shift }) => ({ window: pairOf(window), shift: pairOf(shift) }));
  return { grid: pairOf(grid), dim, heads, pad, blocks };
};

const layoutChange = (a: Model, b: Model, index: number): Change<StageLayout> => ({
  from: layoutOf(a, index),
  to: layoutOf(b, index),
});

export const compareDerived = (a: Subject, b: Subject): DerivedChange => {
  const [before, after] = [reportOf(a.model, a.planned), reportOf(b.model, b.planned)];
  const longest = Math.max(before.stages.length, after.stages.length);
  const stages = Array.from({ length: longest }, (_, index): StageChange => {
    const costs = costChange({ a: before.stages[index], b: after.stages[index] });
    return { number: index + 1, layout: layoutChange(a.model, b.model, index), ...costs };
  });
  return {
    stages,
    outside: costChange({ a: before.outside, b: after.outside }),
    total: costChange({ a: before.totals, b: after.totals }),
  };
};
