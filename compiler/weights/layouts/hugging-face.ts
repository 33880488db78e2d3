import { type Dialect, type Layout, type Row, type Source, same, sourceFrom } from './layout.ts';

type Groups = Readonly<Record<string, string>>;

const block = ({ stage, block: index }: Groups, { prefix }: Dialect): string =>
  `${prefix}encoder.layers.${stage}.blocks.${index}`;

/** A part of a block under another name. */
const renamed = (canonical: string, theirs: string): Row => ({
  canonical: new RegExp(`^layers\\.(?<stage>\\d+)\\.blocks\\.(?<block>\\d+)\\.${canonical}\\.(?<rest>.+)$`),
  source: (groups, dialect) => same(`${block(groups, dialect)}.${theirs}.${groups['rest']}`),
});

const queryKeyValue = (groups: Groups, dialect: Dialect): Source => ({
  kind: 'stacked',
  keys: ['query', 'key', 'value'].map((each) => `${block(groups, dialect)}.attention.self.${each}.${groups['rest']}`),
});

const rows: readonly Row[] = [
  {
    canonical: /^patch_embed\.proj\.(?<rest>.+)$/,
    source: ({ rest }, { prefix }) => same(`${prefix}embeddings.patch_embeddings.projection.${rest}`),
  },
  {
    canonical: /^patch_embed\.norm\.(?<rest>.+)$/,
    source: ({ rest }, { prefix }) => same(`${prefix}embeddings.norm.${rest}`),
  },
  renamed('norm1', 'layernorm_before'),
  renamed('norm2', 'layernorm_after'),
  renamed('mlp\\.fc1', 'intermediate.dense'),
  renamed('mlp\\.fc2', 'output.dense'),
  renamed('attn\\.proj', 'attention.output.dense'),
  renamed('attn\\.cpb_mlp', 'attention.self.continuous_position_bias_mlp'),
  {
    canonical: /^layers\.(?<stage>\d+)\.blocks\.(?<block>\d+)\.attn\.qkv\.(?<rest>.+)$/,
    source: queryKeyValue,
  },
  {
    canonical: /^layers\.(?<stage>\d+)\.blocks\.(?<block>\d+)\.attn\.(?<which>[qv])_bias$/,
    source: (groups, dialect) =>
      same(`${block(groups, dialect)}.attention.self.${groups['which'] === 'q' ? 'query' : 'value'}.bias`),
  },
  {
    canonical: /^layers\.(?<stage>\d+)\.blocks\.(?<block>\d+)\.attn\.(?<rest>.+)$/,
    source: (groups, dialect) => same(`${block(groups, dialect)}.attention.self.${groups['rest']}`),
  },
  {
    canonical: /^layers\.(?<stage>\d+)\.downsample\.(?<rest>.+)$/,
    source: ({ stage, rest }, { prefix }) => same(`${prefix}encoder.layers.${stage}.downsample.${rest}`),
  },
  {
    canonical: /^norm(?<stage>\d+)\.(?<rest>.+)$/,
    source: ({ stage, rest }) => same(`hidden_states_norms.stage${Number(stage) + 1}.${rest}`),
  },
  { canonical: /^norm\.(?<rest>.+)$/, source: ({ rest }, { prefix }) => same(`${prefix}layernorm.${rest}`) },
  { canonical: /^head\.(?<rest>.+)$/, source: ({ rest }) => same(`classifier.${rest}`) },
];

const projection = 'embeddings.patch_embeddings.projection.weight';

/** SwinForImageClassification and Swinv2ForImageClassification, and their backbones, which have no prefix. */
export const huggingFace: Layout = {
  name: 'hf',
  title: "Hugging Face's",
  recognise: (keys) => {
    const prefix = ['', 'swin.', 'swinv2.'].find((each) => keys.has(`${each}${projection}`));
    return prefix === undefined ? undefined : { prefix };
  },
  written: (isSwinV2) => (isSwinV2 ? 'swinv2.' : 'swin.'),
  source: (name, dialect) => sourceFrom(rows, name, dialect),
};
