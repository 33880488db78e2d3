/**
 * For which models onnx-tool's columns can be told: those that the paper's exporter could have written. What it stores
 * beside the tensors, shape integers above all, is known for no others.
 */
import type { Block, Model, Norm, Size, Stage } from '../model/model.ts';

/** The paper's models have four stages. */
const exportedStages = 4;

const isSquare = ({ height, width }: Size): boolean => height === width;

/** Shifted along both sides or along none, in square windows that tile the grid. */
const isExportedBlock = ({ window, shift }: Block, { grid }: Stage): boolean =>
  isSquare(window) && isSquare(shift) && grid.height % window.height === 0 && grid.width % window.width === 0;

const isLayer = ({ kind }: Norm): boolean => kind === 'layer';
const isTokenBatch = (norm: Norm): boolean => norm.kind === 'batch' && norm.per === 'token';

/** Layer norm everywhere; or batch norm per token everywhere, but none in patch merging. */
const hasExportedNorms = ({ stages, patchNorm, finalNorm, mergeNorm }: Model): boolean => {
  const norms = [patchNorm, finalNorm, ...stages.map(({ norm }) => norm)];
  return (norms.every(isLayer) && isLayer(mergeNorm)) || (norms.every(isTokenBatch) && mergeNorm.kind === 'none');
};

const isExportedStage = (stage: Stage, index: number, { length }: readonly Stage[]): boolean => {
  const { grid, activation, blocks } = stage;
  const merges = index + 1 < length;
  if (merges && (grid.height % 2 !== 0 || grid.width % 2 !== 0)) return false;
  return (activation === 'gelu' || activation === 'relu') && blocks.every((block) => isExportedBlock(block, stage));
};

/** Swin, Swin-Free and their BR variants, as the paper's code builds them: of four stages, without padding or features. */
export const isExported = (model: Model): boolean =>
  model.stages.length === exportedStages &&
  model.classes > 0 &&
  model.features.length === 0 &&
  model.qkvBias === 'on' &&
  model.position === 'table' &&
  hasExportedNorms(model) &&
  model.stages.every(isExportedStage);
