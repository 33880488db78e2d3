/** What weights bring along beside their tensors: how their library prepares images. */
import { choosePreprocess, describePreprocess } from '../weights/choose-preprocess.ts';
import { recognise } from '../weights/layouts/index.ts';
import { readMetadata } from '../weights/weights-metadata.ts';
import type { LoadedSpec } from './load-model.ts';
import { type ReadCheckpoint, readCheckpoint } from './read-checkpoint.ts';
import type { WeightsOption } from './weights-option.ts';

export type SpecWithOrigin = Pick<LoadedSpec, 'model' | 'resolved'>;

export interface WithOrigin<Spec> {
  /** Its model prepares images as the weights want it, unless the spec says how. */
  readonly spec: Spec;
  /** The file has been read. */
  readonly weights: WeightsOption;
  /** Whose preparation of images that is; undefined of synthetic weights. */
  readonly preprocess: string | undefined;
}

export async function withOrigin<Spec extends SpecWithOrigin>(
  spec: Spec,
  weights: WeightsOption,
): Promise<WithOrigin<Spec>> {
  if (weights.kind === 'synthetic') return { spec, weights, preprocess: undefined };
  const read = weights.read ?? (await readCheckpoint(weights.path));
  const { preprocess, whose } = preprocessOf(spec, read);
  return {
    spec: { ...spec, model: { ...spec.model, preprocess } },
    weights: { ...weights, read },
    preprocess: `preprocess: ${whose}: ${describePreprocess(preprocess)}`,
  };
}

/** A file that no layout fits is refused later, with its reasons. */
export function preprocessOf({ model, resolved }: SpecWithOrigin, { file }: ReadCheckpoint) {
  const recorded = readMetadata(file.metadata);
  const layout = recorded?.layout ?? recognise(new Set(file.tensors.keys()), 0)?.layout.name;
  const { specification } = resolved;
  if (layout === undefined || specification === undefined) {
    return { preprocess: model.preprocess, whose: "the spec's" };
  }
  return choosePreprocess(model, specification, { layout, recorded: recorded?.preprocess });
}
