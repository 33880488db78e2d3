import { type Layout, type Row, same, sourceFrom } from './layout.ts';

const rows: readonly Row[] = [
  {
    // A stage begins with the merging that ends the one before.
    canonical: /^layers\.(?<stage>\d+)\.downsample\.(?<rest>.+)$/,
    source: ({ stage, rest }) => same(`layers.${Number(stage) + 1}.downsample.${rest}`),
  },
  { canonical: /^head\.(?<rest>.+)$/, source: ({ rest }) => same(`head.fc.${rest}`) },
];

/** timm since 0.9. */
export const timm: Layout = {
  name: 'timm',
  title: "timm's",
  recognise: (keys) => {
    if (!keys.has('patch_embed.proj.weight')) return undefined;
    const mergesFirst =
      keys.has('layers.1.downsample.reduction.weight') && !keys.has('layers.0.downsample.reduction.weight');
    return keys.has('head.fc.weight') || mergesFirst ? { prefix: '' } : undefined;
  },
  written: () => '',
  source: (name, dialect) => sourceFrom(rows, name, dialect),
};
