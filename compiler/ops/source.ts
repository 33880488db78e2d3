/** Ops that name a value: the image and the parameters. */
import { integers, text } from './attribute.ts';
import { defineOp } from './op.ts';

export const input = defineOp({
  summary: 'The preprocessed image, [B, C, H, W].',
  operands: {},
  attributes: { shape: integers },
  infer: (_, { shape }) => ({ batched: true, dims: shape }),
});

export const parameter = defineOp({
  summary: 'A trained tensor under its canonical name.',
  operands: {},
  attributes: { name: text, shape: integers },
  infer: (_, { shape }) => ({ batched: false, dims: shape }),
});
