/** Graph → Plan: buffers, dispatches in order, and for each the kernels that can serve it. */
import type {
  Candidate,
  ElementType,
  Plan,
  PlanBuffer,
  PlanDispatch,
  PlanOutput,
  PlanTap,
} from '../../runtime/plan.ts';
import { copyGraph, createFactory, erased, type Graph, type Node, type NodeFactory, nodesOf } from '../graph/node.ts';
import type { Model } from '../model/model.ts';
import type { AttributeSchema, AttributesOf } from '../ops/attribute.ts';
import { definitionOf, type OpName } from '../ops/index.ts';
import { type LoweringSite, type OperandSchema, type Shape, type Storage, volume } from '../ops/op.ts';
import { assignSlots } from './slots.ts';
import { activationName, bytesOf, nameWeights, outputKind, resultTypes } from './tables.ts';

export interface Lowered {
  readonly plan: Plan;
  /** What each weight buffer holds, as an expression over the model's parameters. */
  readonly weights: readonly WeightExpression[];
}

export interface WeightExpression {
  readonly name: string;
  readonly type: ElementType;
  readonly node: Node;
}

export class LoweringError extends Error {
  override readonly name = 'LoweringError';
}

/** A node that runs, its operands as kernels want them, and where each stands in the plan. */
interface Step {
  readonly node: Node;
  readonly operands: Readonly<Record<string, Node>>;
}

const storedAs =
  (factory: NodeFactory) =>
  (x: Node, storage: Storage): Node =>
    storage === 'centred' ? factory.node('centre_rows', { x }, {}) : factory.node('transpose', { x }, {});

const stepsOf = (graph: Graph, factory: NodeFactory): readonly Step[] =>
  nodesOf(graph)
    .filter((node) => node.shape.batched && node.op !== 'input')
    .map((node) => {
      const { op, operands, attributes } = erased(node);
      const stored = definitionOf(op).stored?.(attributes) ?? {};
      const entries = Object.entries(operands).flatMap(([name, operand]) => {
        if (!operand) return [];
        return [[name, (stored[name] ?? []).reduce(storedAs(factory), operand)] as const];
      });
      return { node, operands: Object.fromEntries(entries) };
    });

/** Weights in the order of their first use, each with its type: f32 for small operands, else the plan's. */
const weightsOf = (steps: readonly Step[], elementType: ElementType): readonly WeightExpression[] => {
  const types = new Map<Node, ElementType>();
  for (const { node, operands } of steps) {
    const precise = definitionOf(node.op).preciseOperands ?? [];
    for (const [name, operand] of Object.entries(operands)) {
      if (operand.shape.batched) continue;
      const type = precise.includes(name) ? 'f32' : elementType;
      if (types.has(operand) && types.get(operand) !== type) throw new LoweringError(`${name} is wanted in two types`);
      types.set(operand, type);
    }
  }
  const names = nameWeights([...types.keys()]);
  return [...types].map(([node, type]) => ({ node, type, name: names.get(node) ?? '' }));
};

interface Table {
  readonly buffers: readonly PlanBuffer[];
  readonly indices: ReadonlyMap<Node, number>;
}

interface Entry {
  readonly node: Node;
  readonly buffer: PlanBuffer;
}

const activationsOf = (
  steps: readonly Step[],
  kept: ReadonlySet<Node>,
  types: ReadonlyMap<Node, ElementType>,
): readonly Entry[] =>
  steps.map(({ node }, index) => ({
    node,
    buffer: {
      name: activationName(node, index),
      role: kept.has(node) ? 'output' : 'activation',
      type: types.get(node) ?? 'f32',
      shape: node.shape.dims,
      batched: true,
      slot: null,
    },
  }));

/** The image is there before the first dispatch, and outputs are read after the last. */
const withSlots = (entries: readonly Entry[], steps: readonly Step[]): readonly Entry[] => {
  const written = new Map(steps.map(({ node }, index) => [node, index]));
  const lastRead = new Map(written);
  steps.forEach(({ operands }, index) => {
    for (const operand of Object.values(operands)) lastRead.set(operand, index);
  });
  const shared = entries.filter(({ buffer }) => buffer.role !== 'weight');
  const lifetimes = shared.map(({ node, buffer }) => ({
    bytes: bytesOf(buffer),
    written: written.get(node) ?? -1,
    lastRead: buffer.role === 'output' ? steps.length : (lastRead.get(node) ?? -1),
  }));
  const { slots } = assignSlots(lifetimes);
  const slotOf = new Map(shared.map(({ node }, index) => [node, slots[index] ?? null]));
  return entries.map(({ node, buffer }) => ({ node, buffer: { ...buffer, slot: slotOf.get(node) ?? null } }));
};

const tableOf = (
  graph: Graph,
  steps: readonly Step[],
  weights: readonly WeightExpression[],
  types: ReadonlyMap<Node, ElementType>,
): Table => {
  const kept = new Set(graph.outputs.flatMap(({ name, node }) => (outputKind(name).kind === 'stage' ? [] : [node])));
  const inputs = nodesOf(graph).filter(({ op }) => op === 'input');
  const entries = [
    ...inputs.map((node) => ({ node, buffer: plainBuffer('input', 'input', 'f32', node.shape) })),
    ...weights.map(({ node, name, type }) => ({ node, buffer: plainBuffer(name, 'weight', type, node.shape) })),
    ...activationsOf(steps, kept, types),
  ];
  return {
    buffers: withSlots(entries, steps).map(({ buffer }) => buffer),
    indices: new Map(entries.map(({ node }, index) => [node, index])),
  };
};

const plainBuffer = (name: string, role: 'input' | 'weight', type: ElementType, shape: Shape): PlanBuffer => ({
  name,
  role,
  type,
  shape: shape.dims,
  batched: shape.batched,
  slot: null,
});

const indexIn = ({ indices }: Table, node: Node): number => {
  const index = indices.get(node);
  if (index === undefined) throw new LoweringError(`${node.op} has no buffer`);
  return index;
};

const withFeatures = (candidate: Candidate): Candidate => {
  const halves = Object.values(candidate.types).includes('f16') ? ['shader-f16'] : [];
  const features = [...halves, ...candidate.requires.features];
  return { ...candidate, requires: { ...candidate.requires, features } };
};

type Site = LoweringSite<OperandSchema, AttributesOf<AttributeSchema>>;

type CandidatesOf = (op: OpName, site: Site) => readonly Candidate[];

/** Blocks of a stage have the same: a plan then holds one list for all, and not a hundred. */
const createCandidates = (): CandidatesOf => {
  const known = new Map<string, readonly Candidate[]>();
  return (op, site) => {
    const key = JSON.stringify([op, site]);
    const candidates = known.get(key) ?? definitionOf(op).lower?.(site).map(withFeatures);
    if (candidates === undefined) throw new LoweringError(`no kernel serves ${op}`);
    known.set(key, candidates);
    return candidates;
  };
};

const dispatchOf = (step: Step, table: Table, candidatesOf: CandidatesOf): PlanDispatch => {
  const { op, attributes, shape, scope } = erased(step.node);
  const bindings = Object.fromEntries(
    Object.entries({ ...step.operands, output: step.node }).map(([name, node]) => [name, indexIn(table, node)]),
  );
  const typeOf = (node: Node): ElementType => table.buffers[indexIn(table, node)]?.type ?? 'f32';
  const operands = Object.entries(step.operands);
  const candidates = candidatesOf(op, {
    operands: Object.fromEntries(operands.map(([name, node]) => [name, node.shape])),
    types: Object.fromEntries(operands.map(([name, node]) => [name, typeOf(node)])),
    attributes,
    shape,
    type: typeOf(step.node),
  });
  return {
    op,
    stage: scope?.stage ?? null,
    block: scope?.block ?? null,
    reads: [...new Set(operands.map(([, node]) => indexIn(table, node)))],
    writes: [indexIn(table, step.node)],
    bindings,
    candidates,
  };
};

const outputsOf = (graph: Graph, table: Table): { outputs: readonly PlanOutput[]; taps: readonly PlanTap[] } => {
  const outputs: PlanOutput[] = [];
  const taps: PlanTap[] = [];
  for (const { name, node } of graph.outputs) {
    const { kind, stage } = outputKind(name);
    const buffer = indexIn(table, node);
    if (kind === 'stage') taps.push({ stage: stage ?? 0, buffer });
    else outputs.push({ name: kind, stage, buffer });
  }
  return { outputs, taps };
};

/** Lowers an optimised graph; an op that no kernel serves is a LoweringError. */
export const lower = (optimised: Graph, model: Model, elementType: ElementType): Lowered => {
  const factory = createFactory();
  const graph = copyGraph(optimised, factory);
  const steps = stepsOf(graph, factory);
  const weights = weightsOf(steps, elementType);
  const table = tableOf(graph, steps, weights, resultTypes(graph, elementType));
  const candidatesOf = createCandidates();
  const plan: Plan = {
    formatVersion: '1.0',
    model: graph.name,
    elementType,
    input: table.buffers.findIndex(({ role }) => role === 'input'),
    ...outputsOf(graph, table),
    preprocess: model.preprocess,
    buffers: table.buffers,
    dispatches: steps.map((step) => dispatchOf(step, table, candidatesOf)),
    tuning: [],
  };
  return { plan, weights };
};

/** Bytes that a dispatch reads and writes for one image: every buffer that it binds once, in the type that it has. */
export const dispatchBytes = (plan: Plan, { reads, writes }: PlanDispatch): number =>
  [...reads, ...writes].reduce((total, index) => total + bytesAt(plan, index), 0);

/** The same of a whole plan. */
export const planTraffic = (plan: Plan): number =>
  plan.dispatches.reduce((total, dispatch) => total + dispatchBytes(plan, dispatch), 0);

const bytesAt = ({ buffers }: Plan, index: number): number => {
  const buffer = buffers[index];
  if (buffer === undefined) throw new LoweringError(`the plan has no buffer ${index}`);
  return bytesOf(buffer);
};

/** Bytes of a plan's memory for one image: weights, and all else with its slots shared. */
export const planMemory = (plan: Plan): { weights: number; activations: number } => {
  const slots = new Map<number, number>();
  let weights = 0;
  for (const buffer of plan.buffers) {
    if (buffer.slot === null) weights += bytesOf(buffer);
    else slots.set(buffer.slot, Math.max(slots.get(buffer.slot) ?? 0, bytesOf(buffer)));
  }
  return { weights, activations: [...slots.values()].reduce((total, value) => total + value, 0) };
};

/** Values in a plan's largest buffer, and its name. */
export const largestBuffer = (plan: Plan): { name: string; bytes: number } =>
  plan.buffers
    .map((buffer) => ({ name: buffer.name, bytes: bytesOf(buffer), values: volume(buffer.shape) }))
    .reduce((a, b) => (b.bytes > a.bytes ? b : a));
