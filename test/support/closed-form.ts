/**
 * Figures of a model by textbook formulas, with no graph: what the figures of the compiler are held against.
 */
import type { Figures, StageFigures } from '../../compiler/model/figures.ts';
import type { Block, Model, Norm, Size, Stage } from '../../compiler/model/model.ts';

export function closedForm(model: Model): Figures {
  const stages = model.stages.map((stage, index) => stageFigures(model, stage, model.stages[index + 1]));
  const first = model.stages[0];
  const last = model.stages.at(-1);
  if (first === undefined || last === undefined) throw new Error('a model has stages');
  const patchValues = model.patch.height * model.patch.width * model.input.channels;
  const features = model.features.map((number) => {
    const stage = model.stages[number - 1];
    return stage === undefined ? 0 : normParams(model.featuresNorm, stage.dim, area(stage.grid));
  });
  const params =
    first.dim * (patchValues + 1) +
    normParams(model.patchNorm, first.dim, area(first.grid)) +
    sum(stages.map((stage) => stage.params)) +
    sum(features) +
    normParams(model.finalNorm, last.dim, area(last.grid)) +
    model.classes * (last.dim + 1);
  const macs =
    area(first.grid) * first.dim * patchValues + sum(stages.map((stage) => stage.macs)) + last.dim * model.classes;
  return { params, macs, stages };
}

function stageFigures(model: Model, stage: Stage, next: Stage | undefined): StageFigures {
  const { dim, grid, blocks } = stage;
  const merged = next === undefined ? 0 : area(next.grid);
  const mergeChannels = (model.normPlacement === 'pre' ? 4 : 2) * dim;
  const mergeParams = next === undefined ? 0 : 8 * dim * dim + normParams(model.mergeNorm, mergeChannels, merged);
  const [first] = blocks;
  return {
    params: sum(blocks.map((block) => blockParams(model, stage, block))) + mergeParams,
    macs: sum(blocks.map((block) => blockMacs(stage, block))) + merged * 8 * dim * dim,
    tokens: area(grid),
    windows: first === undefined ? 0 : area(padded(grid, first.window)) / area(first.window),
  };
}

function blockParams(model: Model, stage: Stage, block: Block): number {
  const { dim, heads, hidden, norm, grid } = stage;
  const qkv = 3 * dim * dim + { on: 3, 'q-v': 2, off: 0 }[model.qkvBias] * dim;
  const scales = model.attention === 'cosine' ? heads : 0;
  const mlp = hidden * (dim + 1) + dim * (hidden + 1);
  return 2 * normParams(norm, dim, area(grid)) + qkv + scales + positionParams(stage, block) + dim * (dim + 1) + mlp;
}

function positionParams({ position, heads }: Stage, { window }: Block): number {
  if (position.kind === 'none') return 0;
  if (position.kind === 'continuous') return position.hidden * (2 + 1 + heads);
  return (2 * window.height - 1) * (2 * window.width - 1) * heads;
}

/** qkv and attention run on padded windows, the rest on the grid. */
function blockMacs({ dim, hidden, grid }: Stage, { window }: Block): number {
  const windowed = area(padded(grid, window));
  return windowed * (4 * dim * dim + 2 * area(window) * dim) + area(grid) * 2 * dim * hidden;
}

function normParams(norm: Norm, channels: number, tokens: number): number {
  if (norm.kind === 'none') return 0;
  return 2 * (norm.kind === 'batch' && norm.per === 'token' ? tokens : channels);
}

function padded(grid: Size, window: Size): Size {
  return {
    height: Math.ceil(grid.height / window.height) * window.height,
    width: Math.ceil(grid.width / window.width) * window.width,
  };
}

function area({ height, width }: Size): number {
  return height * width;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
