import { type Layout, same } from './layout.ts';

/** microsoft/Swin-Transformer, the authors' Swin-Free, and timm before 0.9: the canonical names themselves. */
export const microsoft: Layout = {
  name: 'microsoft',
  title: "microsoft's",
  recognise: (keys) => (keys.has('patch_embed.proj.weight') ? { prefix: '' } : undefined),
  written: () => '',
  source: (name, { prefix }) => same(`${prefix}${name}`),
};
