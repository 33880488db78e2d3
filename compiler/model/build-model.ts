import type { StageLayout } from './layout.ts';
import type { Model, Stage } from './model.ts';
import type { Subject } from './rules/rule.ts';

/** A model that has passed every rule. Undefined where it asks for what is not compiled yet. */
export function buildModel({ specification, layouts }: Subject): Model | undefined {
  const { position, qkvBias } = specification;
  if (position.value.kind === 'continuous' || qkvBias.value === 'q-v') return undefined;
  return {
    name: specification.name,
    input: specification.input.value,
    classes: specification.classes.value,
    patch: specification.patch.value,
    patchNorm: specification.patchNorm.value,
    mergeNorm: specification.mergeNorm.value,
    finalNorm: specification.finalNorm.value,
    stages: layouts.map(buildStage),
    pad: specification.pad.value,
    qkvBias: qkvBias.value,
    position: position.value.kind,
    features: specification.features.value,
    featuresNorm: specification.featuresNorm.value,
    preprocess: {
      resize: specification.resize.value,
      crop: specification.crop.value,
      interpolation: specification.interpolation.value,
      mean: specification.mean.value,
      std: specification.std.value,
    },
  };
}

function buildStage({ stage, grid, dim, hidden, blocks }: StageLayout): Stage {
  return {
    number: stage.number,
    grid,
    dim,
    heads: stage.heads.value,
    hidden,
    norm: stage.norm.value,
    activation: stage.activation.value,
    blocks: blocks.map((block) => block.clamped),
  };
}
