/** A Swin block, as Figure 1 of the paper draws it. */
import type { Node } from '../graph/node.ts';
import type { Block, Model, Size, Stage } from '../model/model.ts';
import { linearLayer, normLayer, type Part, pairOf, parameter, within } from './parts.ts';

const paddedGrid = ({ grid }: Stage, { window }: Block): Size => ({
  height: Math.ceil(grid.height / window.height) * window.height,
  width: Math.ceil(grid.width / window.width) * window.width,
});

const sameSize = (a: Size, b: Size): boolean => a.height === b.height && a.width === b.width;

const isShifted = ({ shift }: Block): boolean => shift.height > 0 || shift.width > 0;

interface Site {
  readonly part: Part;
  readonly model: Model;
  readonly stage: Stage;
  readonly block: Block;
  readonly padded: Size;
}

const padded = ({ part, stage, padded: to }: Site, x: Node): Node =>
  sameSize(stage.grid, to) ? x : part.factory.node('pad', { x }, { to: pairOf(to) }, part.scope);

const cropped = ({ part, stage, padded: from }: Site, x: Node): Node =>
  sameSize(stage.grid, from) ? x : part.factory.node('crop', { x }, { to: pairOf(stage.grid) }, part.scope);

const rolled = ({ part, block }: Site, x: Node, direction: 1 | -1): Node => {
  if (!isShifted(block)) return x;
  const by = [direction * block.shift.height, direction * block.shift.width] as const;
  return part.factory.node('roll', { x }, { by }, part.scope);
};

/** Tokens to windows. torchvision pads the grid and rolls it; timm rolls the grid and pads it. */
const intoWindows = (site: Site, x: Node): Node => {
  const moved =
    site.model.pad === 'after-shift' ? padded(site, rolled(site, x, -1)) : rolled(site, padded(site, x), -1);
  const { part, block } = site;
  return part.factory.node('window_partition', { x: moved }, { window: pairOf(block.window) }, part.scope);
};

const outOfWindows = (site: Site, x: Node): Node => {
  const { part, block } = site;
  const attributes = { window: pairOf(block.window), grid: pairOf(site.padded) };
  const merged = part.factory.node('window_merge', { x }, attributes, part.scope);
  return site.model.pad === 'after-shift'
    ? rolled(site, cropped(site, merged), 1)
    : cropped(site, rolled(site, merged, 1));
};

/** The bias of each pair of tokens, and the mask of a shifted grid. */
const scoreTerms = ({ part, model, stage, block, padded: grid }: Site): { bias?: Node; mask?: Node } => {
  const { factory, scope } = part;
  const window = pairOf(block.window);
  const rows = (2 * window[0] - 1) * (2 * window[1] - 1);
  const terms: { bias?: Node; mask?: Node } = {};
  if (model.position === 'table') {
    const table = parameter(part, 'relative_position_bias_table', [rows, stage.heads]);
    terms.bias = factory.node('relative_position_bias', { table }, { window }, scope);
  }
  if (isShifted(block)) {
    terms.mask = factory.node('shift_mask', {}, { grid: pairOf(grid), window, shift: pairOf(block.shift) }, scope);
  }
  return terms;
};

const attentionBranch = (site: Site, x: Node): Node => {
  const { part, model, stage } = site;
  const named = { ...site, part: within(part, 'attn') };
  const windows = intoWindows(site, normLayer(within(part, 'norm1'), x, stage.norm));
  const bias = model.qkvBias === 'on' ? 'with bias' : 'without bias';
  const qkv = linearLayer(within(named.part, 'qkv'), windows, 3 * stage.dim, bias);
  const operands = { x: qkv, ...scoreTerms(named) };
  const attended = part.factory.node('attention', operands, { heads: stage.heads }, part.scope);
  return outOfWindows(site, linearLayer(within(named.part, 'proj'), attended, stage.dim, 'with bias'));
};

const mlpBranch = ({ part, stage }: Site, x: Node): Node => {
  const normed = normLayer(within(part, 'norm2'), x, stage.norm);
  const hidden = linearLayer(within(part, 'mlp.fc1'), normed, stage.hidden, 'with bias');
  const active = part.factory.node('activation', { x: hidden }, { kind: stage.activation }, part.scope);
  return linearLayer(within(part, 'mlp.fc2'), active, stage.dim, 'with bias');
};

/** x + attention(norm(x)), then x + mlp(norm(x)). */
export const buildBlock = (part: Part, model: Model, stage: Stage, block: Block, x: Node): Node => {
  const site: Site = { part, model, stage, block, padded: paddedGrid(stage, block) };
  const attended = part.factory.node('add', { a: x, b: attentionBranch(site, x) }, {}, part.scope);
  return part.factory.node('add', { a: attended, b: mlpBranch(site, attended) }, {}, part.scope);
};
