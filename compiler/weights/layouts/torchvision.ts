import { type Layout, type Row, same, sourceFrom } from './layout.ts';

const block = ({ stage, block: index }: Readonly<Record<string, string>>): string =>
  `features.${2 * Number(stage) + 1}.${index}`;

const rows: readonly Row[] = [
  { canonical: /^patch_embed\.proj\.(?<rest>.+)$/, source: ({ rest }) => same(`features.0.0.${rest}`) },
  { canonical: /^patch_embed\.norm\.(?<rest>.+)$/, source: ({ rest }) => same(`features.0.2.${rest}`) },
  {
    canonical: /^layers\.(?<stage>\d+)\.blocks\.(?<block>\d+)\.mlp\.fc(?<layer>[12])\.(?<rest>.+)$/,
    source: (groups) => same(`${block(groups)}.mlp.${groups['layer'] === '1' ? 0 : 3}.${groups['rest']}`),
  },
  {
    // Swin V2: one bias, whose part of the keys is set to zero at run time.
    canonical: /^layers\.(?<stage>\d+)\.blocks\.(?<block>\d+)\.attn\.(?<which>[qv])_bias$/,
    source: (groups) => ({
      kind: 'third',
      key: `${block(groups)}.attn.qkv.bias`,
      third: groups['which'] === 'q' ? 0 : 2,
    }),
  },
  {
    canonical: /^layers\.(?<stage>\d+)\.blocks\.(?<block>\d+)\.(?<rest>.+)$/,
    source: (groups) => same(`${block(groups)}.${groups['rest']}`),
  },
  {
    canonical: /^layers\.(?<stage>\d+)\.downsample\.(?<rest>.+)$/,
    source: ({ stage, rest }) => same(`features.${2 * Number(stage) + 2}.${rest}`),
  },
];

export const torchvision: Layout = {
  name: 'torchvision',
  title: "torchvision's",
  recognise: (keys) => (keys.has('features.0.0.weight') ? { prefix: '' } : undefined),
  written: () => '',
  source: (name, dialect) => sourceFrom(rows, name, dialect),
};
