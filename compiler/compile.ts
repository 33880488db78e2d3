/** The recipe: a model becomes a plan and the tensors that it wants, one line a phase. */
import type { ElementType, Plan } from '../runtime/plan.ts';
import type { Tensor } from '../runtime/safetensors.ts';
import { type TuningTable, tablesFor } from '../runtime/tuning.ts';
import { buildGraph } from './build/build.ts';
import { measure } from './graph/cost.ts';
import type { Graph } from './graph/node.ts';
import { verify } from './graph/verify.ts';
import type { Figures } from './model/figures.ts';
import type { Model } from './model/model.ts';
import { type Explanation, optimise, type PassNames } from './passes/index.ts';
import { type Lowered, lower, planMemory } from './plan/lower.ts';
import { foldWeights } from './weights/fold.ts';
import type { ParameterSource } from './weights/parameter-source.ts';

export interface Planned extends Lowered {
  /** As the papers draw the model. */
  readonly naive: Graph;
  /** As the plan runs it. */
  readonly optimised: Graph;
  /** Every rewrite between the two, by law. */
  readonly explanations: readonly Explanation[];
}

export interface PlanOptions {
  readonly elementType: ElementType;
  /** Verify the graph after every pass and not at the end alone. */
  readonly verify?: boolean;
  /** Measured choices among kernels, for any models and adapters. */
  readonly tuning?: readonly TuningTable[];
  /** Passes that do not run. Without all of them the naive graph runs, node by node. */
  readonly without?: PassNames;
}

/** Graphs that are known already: a model is counted, and then planned. */
const naiveGraphs = new WeakMap<Model, Graph>();

const naiveOf = (model: Model): Graph => {
  const naive = naiveGraphs.get(model) ?? buildGraph(model);
  naiveGraphs.set(model, naive);
  return naive;
};

/** Everything about a model that needs no weights. */
export const planModel = (model: Model, options: PlanOptions): Planned => {
  const naive = naiveOf(model);
  const { graph: optimised, explanations } = optimise(naive, {
    without: options.without,
    ...(options.verify && { afterPass: (_, graph) => verify(graph) }),
  });
  const { plan, weights } = lower(optimised, model, options.elementType);
  const tuning = tablesFor(plan.dispatches, options.tuning ?? []);
  return { naive, optimised, explanations, plan: { ...plan, tuning }, weights };
};

export interface Compiled {
  readonly plan: Plan;
  /** The folded weights under their names in the plan. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** Folds a planned model's parameters into the tensors of its plan, each when it is asked for its data. */
export const withWeights = (
  planned: Planned,
  parameter: ParameterSource,
  onProgress?: (done: number) => void,
): Compiled => ({ plan: planned.plan, tensors: foldWeights(planned.weights, parameter, onProgress) });

/** The figures of a model; `memory` is its weights and activations for one image in f32, in bytes. */
export const figuresOf = (model: Model): Figures => measure(model, naiveOf(model));

export const memoryOf = (model: Model): number => {
  const { weights, activations } = planMemory(planModel(model, { elementType: 'f32' }).plan);
  return weights + activations;
};
