/** What `swinc show` tells of a model, as other programs read it. */
import type { Block, Model, Size } from '../model/model.ts';
import type { CostReport, ModelReport, StageReport } from '../report/report.ts';

export type Pair = readonly [height: number, width: number];

export interface StageDescription extends Omit<CostReport, 'tokens'> {
  readonly grid: Pair;
  /** Of the first block; `blocks` has them all. */
  readonly window: Pair;
  readonly tokens: number;
  readonly dim: number;
  readonly heads: number;
  readonly depth: number;
  readonly blocks: readonly { readonly window: Pair; readonly shift: Pair }[];
}

export interface Description extends CostReport {
  readonly model: string;
  readonly input: readonly [height: number, width: number, channels: number];
  readonly stages: readonly StageDescription[];
  /** The patch embedding, the head and the norms of feature maps. */
  readonly outside: CostReport;
}

export function describe(model: Model, report: ModelReport): Description {
  const { height, width, channels } = model.input;
  return {
    model: model.name,
    input: [height, width, channels],
    ...report.totals,
    stages: report.stages.map((stage) => describeStage(model, stage)),
    outside: report.outside,
  };
}

function describeStage(model: Model, { number, ...costs }: StageReport): StageDescription {
  const stage = model.stages[number - 1];
  if (stage === undefined) throw new RangeError(`the model has no stage ${number}`);
  const { grid, dim, heads, blocks } = stage;
  return {
    grid: pair(grid),
    window: pair(blocks[0]?.window ?? grid),
    ...costs,
    dim,
    heads,
    depth: blocks.length,
    blocks: blocks.map(describeBlock),
  };
}

const describeBlock = ({ window, shift }: Block): StageDescription['blocks'][number] => ({
  window: pair(window),
  shift: pair(shift),
});

const pair = ({ height, width }: Size): Pair => [height, width];
