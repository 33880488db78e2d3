/** A Swin block, as Figure 1 of the paper draws it. */
import type { Node } from '../graph/node.ts';
import type { Block, Model, Size, Stage } from '../model/model.ts';
import { biasTable, cosineScale, qkvLayer } from './attention-parts.ts';
import { linearLayer, normLayer, type Part, pairOf, within } from './parts.ts';

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
const scoreTerms = ({ part, stage, block, padded: grid }: Site): { bias?: Node; mask?: Node } => {
  const { factory, scope } = part;
  const window = pairOf(block.window);
  const terms: { bias?: Node; mask?: Node } = {};
  const table = biasTable(part, stage, window);
  if (table) terms.bias = factory.node('relative_position_bias', { table }, { window }, scope);
  if (isShifted(block)) {
    terms.mask = factory.node('shift_mask', {}, { grid: pairOf(grid), window, shift: pairOf(block.shift) }, scope);
  }
  return terms;
};

const attention = (site: Site, x: Node): Node => {
  const { part, model, stage } = site;
  const named = { ...site, part: within(part, 'attn') };
  const qkv = qkvLayer(named.part, intoWindows(site, x), stage.dim, model.qkvBias);
  const operands = { x: qkv, ...scoreTerms(named), scale: cosineScale(named.part, model, stage) };
  const attended = part.factory.node('attention', operands, { heads: stage.heads }, part.scope);
  return outOfWindows(site, linearLayer(within(named.part, 'proj'), attended, stage.dim, 'with bias'));
};

const mlp = ({ part, stage }: Site, x: Node): Node => {
  const hidden = linearLayer(within(part, 'mlp.fc1'), x, stage.hidden, 'with bias');
  const active = part.factory.node('activation', { x: hidden }, { kind: stage.activation }, part.scope);
  return linearLayer(within(part, 'mlp.fc2'), active, stage.dim, 'with bias');
};

/** x + branch(norm(x)), or, as in Swin V2, x + norm(branch(x)). */
const residual = (site: Site, x: Node, name: string, branch: (site: Site, x: Node) => Node): Node => {
  const { part, model, stage } = site;
  const norm = (value: Node): Node => normLayer(within(part, name), value, stage.norm);
  const b = model.normPlacement === 'pre' ? branch(site, norm(x)) : norm(branch(site, x));
  return part.factory.node('add', { a: x, b }, {}, part.scope);
};

/** Attention, then the MLP. */
export const buildBlock = (part: Part, model: Model, stage: Stage, block: Block, x: Node): Node => {
  const site: Site = { part, model, stage, block, padded: paddedGrid(stage, block) };
  return residual(site, residual(site, x, 'norm1', attention), 'norm2', mlp);
};
