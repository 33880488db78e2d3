/** Model → Graph, naively: as the papers draw it, every roll, partition and mask a node of its own. */
import { createFactory, type Graph, type GraphOutput, type Node, type NodeFactory } from '../graph/node.ts';
import type { Model, Stage } from '../model/model.ts';
import { buildBlock } from './block.ts';
import { linearLayer, normLayer, type Part, pairOf, parameter, within } from './parts.ts';

const partOf = (factory: NodeFactory): Part => ({ factory, prefix: '', scope: undefined });

/** A convolution whose stride is its kernel: patches, then a linear over them. */
const embedding = (part: Part, model: Model, image: Node): Node => {
  const { factory } = part;
  const width = model.stages[0]?.dim ?? 0;
  const x = factory.node('patch_unfold', { x: image }, { patch: pairOf(model.patch) });
  const projection = within(part, 'patch_embed.proj');
  const weight = parameter(projection, 'weight', [width, model.input.channels, ...pairOf(model.patch)]);
  const projected = factory.node('linear', { x, weight, bias: parameter(projection, 'bias', [width]) }, {});
  return normLayer(within(part, 'patch_embed.norm'), projected, model.patchNorm);
};

/** 2x2 neighbourhoods joined, normed and halved (V2: halved and normed); it belongs to the stage that it ends. */
const merging = (part: Part, model: Model, stage: Stage, x: Node): Node => {
  const named = within(part, 'downsample');
  const merged = part.factory.node('patch_merge', { x }, {}, part.scope);
  const norm = (value: Node): Node => normLayer(within(named, 'norm'), value, model.mergeNorm);
  const reduction = (value: Node): Node =>
    linearLayer(within(named, 'reduction'), value, 2 * stage.dim, 'without bias');
  return model.normPlacement === 'pre' ? reduction(norm(merged)) : norm(reduction(merged));
};

const blocks = (part: Part, model: Model, stage: Stage, x: Node): Node =>
  stage.blocks.reduce((value, block, index) => {
    const scope = { stage: stage.number, block: index };
    return buildBlock({ ...within(part, `blocks.${index}`), scope }, model, stage, block, value);
  }, x);

const feature = (part: Part, model: Model, stage: Stage, x: Node): GraphOutput => ({
  name: `features ${stage.number}`,
  node: normLayer(within(part, `norm${stage.number - 1}`), x, model.featuresNorm),
});

const head = (part: Part, model: Model, x: Node): Node => {
  const normed = normLayer(within(part, 'norm'), x, model.finalNorm);
  const pooled = part.factory.node('pool', { x: normed }, {});
  return model.classes === 0 ? pooled : linearLayer(within(part, 'head'), pooled, model.classes, 'with bias');
};

/** Outputs: `logits`, `features N`, and `stage N`: the patch embedding (0) and each stage after its merging. */
export const buildGraph = (model: Model, factory: NodeFactory = createFactory()): Graph => {
  const root = partOf(factory);
  const { channels, height, width } = model.input;
  const image = factory.node('input', {}, { shape: [channels, height, width] });
  const features: GraphOutput[] = [];
  let x = embedding(root, model, image);
  const taps: GraphOutput[] = [{ name: 'stage 0', node: x }];
  for (const stage of model.stages) {
    const part: Part = { ...within(root, `layers.${stage.number - 1}`), scope: { stage: stage.number } };
    x = blocks(part, model, stage, x);
    if (model.features.includes(stage.number)) features.push(feature(root, model, stage, x));
    if (stage.number < model.stages.length) x = merging(part, model, stage, x);
    taps.push({ name: `stage ${stage.number}`, node: x });
  }
  return { name: model.name, outputs: [{ name: 'logits', node: head(root, model, x) }, ...features, ...taps] };
};
