/** Models with synthetic weights, compiled and loaded on the adapter of the test's process. */
import { planModel, withWeights } from '../../compiler/compile.ts';
import type { Model } from '../../compiler/model/model.ts';
import type { PassNames } from '../../compiler/passes/index.ts';
import type { ParameterSource } from '../../compiler/weights/parameter-source.ts';
import { syntheticParameters } from '../../compiler/weights/parameters.ts';
import { syntheticInput } from '../../compiler/weights/synthetic.ts';
import type { LoadOptions } from '../../runtime/load.ts';
import type { LoadedModel, RunResult } from '../../runtime/model.ts';
import { gpu, load } from '../../runtime/node.ts';
import type { ElementType } from '../../runtime/plan.ts';

export interface SyntheticOptions extends LoadOptions {
  readonly elementType?: ElementType;
  readonly gain?: number;
  readonly parameter?: ParameterSource;
  /** Passes that are switched off. */
  readonly without?: PassNames;
}

/** On a device of its own, unless one is given, that checks accesses as little as the command's. */
export async function loadSynthetic(model: Model, options: SyntheticOptions = {}): Promise<LoadedModel> {
  const { elementType = 'f32', gain = 1, parameter = syntheticParameters(gain), without = [], ...loading } = options;
  const { plan, tensors } = withWeights(planModel(model, { elementType, without }), parameter);
  return load({ plan, weights: { tensors } }, { gpu: await gpu({ robust: false }), ...loading });
}

export const syntheticRun = (loaded: LoadedModel, shape: readonly number[]): Promise<RunResult> =>
  loaded.run(syntheticInput(shape));
