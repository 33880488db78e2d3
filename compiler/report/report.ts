/** What a model costs, as it is drawn (eager) and as it is planned: plain data for `show`, `diff` and other programs. */
import type { Plan, PlanDispatch } from '../../runtime/plan.ts';
import type { Planned } from '../compile.ts';
import { eagerBytes, isEager, macsOf, measure, trainableValues } from '../graph/cost.ts';
import { type Node, nodesOf } from '../graph/node.ts';
import type { Figures } from '../model/figures.ts';
import type { Block, Model } from '../model/model.ts';
import { dispatchBytes } from '../plan/lower.ts';
import { type LiveNode, liveMemory } from './live-memory.ts';
import { type OnnxToolCount, type OnnxToolEntry, onnxToolCount, onnxToolEntries } from './onnx-tool.ts';
import { plannedMemory } from './planned-memory.ts';
import { largestWorkgroupBytes } from './workgroup-memory.ts';

/**
 * A quantity twice: with every node of the naive graph a dispatch by itself, in f32; and as the plan has it, in the
 * plan's element type. Both for one image.
 */
export interface EagerAndPlanned {
  readonly eager: number;
  readonly planned: number;
}

/** In bytes, for one image. */
export interface MemoryReport {
  /** The plan's weights; those of a stage are the ones that it reads first. */
  readonly weights: number;
  /**
   * Eager: the most that is alive at once when each node allocates its result and frees what has no reader left.
   * Planned: the slots, the image and the outputs; of a stage, as much of them as its dispatches touch.
   */
  readonly activations: EagerAndPlanned;
  /** The most workgroup memory that any candidate kernel declares. */
  readonly workgroup: number;
}

export interface CostReport {
  /** Trainable values. */
  readonly params: number;
  /** Multiply-accumulates of the matrix products. */
  readonly macs: number;
  readonly tokens: number;
  /** Of the first block of each stage. */
  readonly windows: number;
  /** Blocks that shift. */
  readonly shifted: number;
  readonly dispatches: EagerAndPlanned;
  /** Bytes that the dispatches read and write: each operand once, weights included, and each result. */
  readonly bytesMoved: EagerAndPlanned;
  /** Of these, what rolls by themselves move: two for each shifted block. Masks are not counted. */
  readonly rollBytes: EagerAndPlanned;
  readonly memory: MemoryReport;
  /** What onnx-tool counts; null where the paper's exporter has no such model. */
  readonly onnxTool: OnnxToolCount | null;
}

export interface StageReport extends CostReport {
  /** Counted from 1. */
  readonly number: number;
}

export interface ModelReport {
  readonly model: string;
  readonly totals: CostReport;
  /** Each with the merging that ends it. */
  readonly stages: readonly StageReport[];
  /** The patch embedding, the head and the norms of feature maps. */
  readonly outside: CostReport;
}

/** Everything that is measured, before it is added up by place. */
interface Measured {
  readonly nodes: readonly Node[];
  readonly live: readonly LiveNode[];
  readonly plan: Plan;
  readonly onnxTool: readonly OnnxToolEntry[] | null;
  readonly model: Model;
  readonly figures: Figures;
}

/** Whether a stage, or what is outside of the stages (undefined), belongs to a place. */
type Place = (stage: number | undefined) => boolean;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const most = (values: readonly number[]): number => values.reduce((largest, value) => Math.max(largest, value), 0);

const isShifted = ({ shift }: Block): boolean => shift.height > 0 || shift.width > 0;

/** Nodes and dispatches that roll; a roll that became an address is neither. */
const isRoll = ({ op }: { readonly op: string }): boolean => op === 'roll';

const costsAt = (place: Place, { nodes, live, plan, onnxTool, model, figures }: Measured): CostReport => {
  const own = nodes.filter(({ scope }) => place(scope?.stage));
  const eager = own.filter(isEager);
  const dispatches = plan.dispatches.filter(({ stage }) => place(stage ?? undefined));
  const stages = model.stages.filter(({ number }) => place(number));
  const counted = figures.stages.filter((_, index) => place(index + 1));
  const eagerSum = (chosen: readonly Node[]): number => sum(chosen.map(eagerBytes));
  const plannedSum = (chosen: readonly PlanDispatch[]): number => sum(chosen.map((each) => dispatchBytes(plan, each)));
  const memory = plannedMemory(plan, dispatches);
  return {
    params: sum(own.map(trainableValues)),
    macs: sum(own.map(macsOf)),
    tokens: sum(counted.map(({ tokens }) => tokens)),
    windows: sum(counted.map(({ windows }) => windows)),
    shifted: stages.flatMap(({ blocks }) => blocks.filter(isShifted)).length,
    dispatches: { eager: eager.length, planned: dispatches.length },
    bytesMoved: { eager: eagerSum(eager), planned: plannedSum(dispatches) },
    rollBytes: { eager: eagerSum(eager.filter(isRoll)), planned: plannedSum(dispatches.filter(isRoll)) },
    memory: {
      weights: memory.weights,
      activations: {
        eager: most(live.filter(({ node }) => place(node.scope?.stage)).map(({ bytes }) => bytes)),
        planned: memory.activations,
      },
      workgroup: largestWorkgroupBytes(dispatches),
    },
    onnxTool: onnxTool && onnxToolCount(onnxTool.filter(({ stage }) => place(stage))),
  };
};

/** Measures a model that has been planned. */
export const reportOf = (model: Model, { naive, plan }: Planned): ModelReport => {
  const measured: Measured = {
    nodes: nodesOf(naive),
    live: liveMemory(naive),
    plan,
    onnxTool: onnxToolEntries(model, naive),
    model,
    figures: measure(model, naive),
  };
  return {
    model: model.name,
    totals: costsAt(() => true, measured),
    stages: model.stages.map(({ number }) => ({ number, ...costsAt((stage) => stage === number, measured) })),
    outside: costsAt((stage) => stage === undefined, measured),
  };
};
