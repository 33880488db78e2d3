import type { StageLayout } from './layout.ts';
import type { Model, Stage } from './model.ts';
import type { Subject } from './rules/rule.ts';

/** A model that has passed every rule. */
export function buildModel({ specification, layouts }: Subject): Model {
  return {
    name: specification.name,
    input: specification.input.value,
    classes: specification.classes.value,
    patch: specification.patch.value,
    patchNorm: specification.patchNorm.value,
    mergeNorm: specification.mergeNorm.value,
    finalNorm: specification.finalNorm.value,
    normPlacement: specification.placement.value,
    stages: layouts.map(buildStage),
    pad: specification.pad.value,
    attention: specification.attention.value,
    qkvBias: specification.qkvBias.value,
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
    position: stage.position.value,
    blocks: blocks.map((block) => block.clamped),
  };
}
