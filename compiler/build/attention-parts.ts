/** The parts of attention in which Swin and Swin V2 differ, each by itself; parameters have microsoft's names. */
import type { Node } from '../graph/node.ts';
import type { Model, Position, Stage } from '../model/model.ts';
import type { Pair } from '../ops/attribute.ts';
import { lastDim } from '../ops/op.ts';
import { linearLayer, type Part, pairOf, parameter, within } from './parts.ts';

/** The linear of q, k and v. Where keys have no bias, those of q and v are two parameters. */
export const qkvLayer = (part: Part, x: Node, dim: number, bias: Model['qkvBias']): Node => {
  const named = within(part, 'qkv');
  if (bias !== 'q-v') return linearLayer(named, x, 3 * dim, bias === 'on' ? 'with bias' : 'without bias');
  const { factory, scope } = part;
  const halves = { q: parameter(part, 'q_bias', [dim]), v: parameter(part, 'v_bias', [dim]) };
  const weight = parameter(named, 'weight', [3 * dim, lastDim(x.shape)]);
  return factory.node('linear', { x, weight, bias: factory.node('keyless_bias', halves, {}, scope) }, {}, scope);
};

/** V2 trains the logarithm of each head's scale and lets no scale exceed 100. */
const largestLogitScale = Math.log(100);

/** The scale of each head that makes attention that of the cosine, or nothing. */
export const cosineScale = (part: Part, { attention }: Model, { heads }: Stage): Node | undefined => {
  if (attention === 'dot') return undefined;
  const x = parameter(part, 'logit_scale', [heads, 1, 1]);
  return part.factory.node('exponential', { x }, { limit: largestLogitScale }, part.scope);
};

/** No bias of V2 exceeds 16. */
const largestBias = 16;

/** A small network of every offset: two linears and a ReLU between them. It is run once, when weights are folded. */
const continuousTable = (
  part: Part,
  { hidden, span }: Position & { kind: 'continuous' },
  heads: number,
  window: Pair,
) => {
  const { factory, scope } = part;
  const attributes = { window, span: span ? pairOf(span) : window };
  const offsets = factory.node('log_offsets', {}, attributes, scope);
  const first = linearLayer(within(part, 'cpb_mlp.0'), offsets, hidden, 'with bias');
  const active = factory.node('activation', { x: first }, { kind: 'relu' }, scope);
  const x = linearLayer(within(part, 'cpb_mlp.2'), active, heads, 'without bias');
  return factory.node('scaled_sigmoid', { x }, { limit: largestBias }, scope);
};

/** The bias for each offset between two tokens of a window and each head, or nothing. */
export const biasTable = (part: Part, { position, heads }: Stage, window: Pair): Node | undefined => {
  if (position.kind === 'none') return undefined;
  if (position.kind === 'continuous') return continuousTable(part, position, heads, window);
  const rows = (2 * window[0] - 1) * (2 * window[1] - 1);
  return parameter(part, 'relative_position_bias_table', [rows, heads]);
};
