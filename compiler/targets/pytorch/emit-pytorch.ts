/** A model as a PyTorch module that can be read and trained, and a script that trains it. */
import type { Model } from '../../model/model.ts';
import { type ModuleParts, modelClassOf, modelSource } from './model-source.ts';
import { trainSource } from './train-source.ts';

/** Contents by file name; the same model gives the same bytes. A model without classes has nothing to train on. */
export const emitPytorch = (parts: ModuleParts): ReadonlyMap<string, string> => {
  const { model } = parts;
  const module: [string, string] = ['model.py', modelSource(parts)];
  return new Map(model.classes === 0 ? [module] : [module, ['train.py', trainingOf(model)]]);
};

const trainingOf = (model: Model): string =>
  trainSource({
    className: modelClassOf(model),
    model: model.name,
    answersMaps: model.features.length > 0,
    hasIdleParameters: model.features.length > 0 && model.featuresNorm.kind !== 'none',
  });
