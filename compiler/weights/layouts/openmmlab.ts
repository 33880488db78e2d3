import { type Layout, type Row, same, sourceFrom } from './layout.ts';

const rows: readonly Row[] = [
  {
    canonical: /^patch_embed\.proj\.(?<rest>.+)$/,
    source: ({ rest }, { prefix }) => same(`${prefix}patch_embed.projection.${rest}`),
  },
  {
    canonical: /^layers\.(?<stage>\d+)\.blocks\.(?<block>\d+)\.mlp\.fc(?<layer>[12])\.(?<rest>.+)$/,
    source: ({ stage, block, layer, rest }, { prefix }) =>
      same(`${prefix}stages.${stage}.blocks.${block}.ffn.layers.${layer === '1' ? '0.0' : '1'}.${rest}`),
  },
  {
    canonical: /^layers\.(?<stage>\d+)\.blocks\.(?<block>\d+)\.attn\.(?<rest>.+)$/,
    source: ({ stage, block, rest }, { prefix }) => same(`${prefix}stages.${stage}.blocks.${block}.attn.w_msa.${rest}`),
  },
  {
    // Neighbours are gathered by torch.nn.Unfold, so that columns, and the norm before them, stand in its order.
    canonical: /^layers\.(?<stage>\d+)\.downsample\.(?<rest>.+)$/,
    source: ({ stage, rest }, { prefix }) => ({
      kind: 'unfolded',
      key: `${prefix}stages.${stage}.downsample.${rest}`,
    }),
  },
  {
    canonical: /^layers\.(?<stage>\d+)\.(?<rest>.+)$/,
    source: ({ stage, rest }, { prefix }) => same(`${prefix}stages.${stage}.${rest}`),
  },
  // Each stage may have a norm; the last one's is the model's.
  {
    canonical: /^norm\.(?<rest>.+)$/,
    source: ({ rest }, { prefix, lastStage }) => same(`${prefix}norm${lastStage}.${rest}`),
  },
  { canonical: /^head\.(?<rest>.+)$/, source: ({ rest }) => same(`head.fc.${rest}`) },
];

/** mmpretrain, mmdetection and mmsegmentation. */
export const openMmLab: Layout = {
  name: 'openmmlab',
  title: "OpenMMLab's",
  recognise: (keys) => {
    const prefix = ['backbone.', ''].find((each) => keys.has(`${each}patch_embed.projection.weight`));
    return prefix === undefined ? undefined : { prefix };
  },
  written: () => 'backbone.',
  source: (name, dialect) => sourceFrom(rows, name, dialect),
};
