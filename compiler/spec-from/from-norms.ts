/** Which norms a checkpoint has, where they stand and what their statistics belong to. */
import type { Aspect, Fact, StageAspect, Telling } from './fact.ts';
import { blocksOf, type NamedCheckpoint, shapeText } from './named-checkpoint.ts';

export interface NormTelling {
  readonly telling: Telling;
  readonly hints: ReadonlyMap<Aspect, string>;
}

/** A norm by its parameters, and their number. */
interface Found {
  readonly text: 'layer(eps: 1e-5)' | `batch(per: ${'channel' | 'token'}, eps: 1e-5)` | 'none';
  readonly length: number;
  readonly from: string;
}

/** Epsilon is no parameter: it is what PyTorch takes unless told. */
const usual = 'and the usual epsilon';

export function tellNorms(checkpoint: NamedCheckpoint): NormTelling {
  const dim = checkpoint.shapeOf('patch_embed.proj.weight')?.[0] ?? 0;
  const widths = checkpoint.depths.map((_, stage) => dim * 2 ** stage);
  const stages = widths.map((width, stage) => findNorm(checkpoint, `layers.${stage}.blocks.0.norm1`, [width]));
  const common = mostCommon(stages);
  const merging = findMerging(checkpoint, widths, stages[1]);
  const parts: Telling = [
    ['norm', factOf(common)],
    ...stages.flatMap((norm, stage): Telling => {
      const aspect: StageAspect = `stage ${stage + 1}.norm`;
      return norm.text === common.text ? [] : [[aspect, factOf(norm)]];
    }),
    ['patch.norm', factOf(findNorm(checkpoint, 'patch_embed.norm', [dim]))],
    ...(merging?.norm === undefined ? [] : [['merge.norm', factOf(merging.norm)] as const]),
    ['final.norm', factOf(findNorm(checkpoint, 'norm', [widths.at(-1) ?? 0]))],
  ];
  const placement = placementOf(checkpoint, merging, stages);
  const told: Telling = placement === undefined ? [] : [['norm.placement', placement]];
  return { telling: [...parts, ...told, ...tellFeatures(checkpoint, widths)], hints: hintsOf(checkpoint, stages) };
}

function factOf({ text, from }: Found): Fact {
  return text === 'none' ? { text, from, isUsual: true } : { text, from: `${from} ${usual}`, isUsual: true };
}

/** Statistics of as many values as there are channels belong to channels, and others to tokens. */
function findNorm(checkpoint: NamedCheckpoint, prefix: string, channels: readonly number[]): Found {
  const { has, keyOf, shapeOf } = checkpoint;
  const [weight, mean] = [`${prefix}.weight`, `${prefix}.running_mean`];
  const length = shapeOf(weight)?.[0] ?? 0;
  if (!has(weight)) return { text: 'none', length: 0, from: `no ${keyOf(weight)}` };
  if (!has(mean)) return { text: 'layer(eps: 1e-5)', length, from: shapeText(checkpoint, weight) };
  const per = channels.includes(length) ? 'channel' : 'token';
  return { text: `batch(per: ${per}, eps: 1e-5)`, length, from: shapeText(checkpoint, mean) };
}

const isByTokenNorm = ({ text }: Found): boolean => text === 'batch(per: token, eps: 1e-5)';
const isBatch = ({ text }: Found): boolean => text.startsWith('batch');

interface Merging {
  /** Undefined where its length could be one of tokens and one of channels. */
  readonly norm: Found | undefined;
  /** Of the norm, where that tells it: before the reduction there are four neighbours, and after it two widths. */
  readonly placement: 'pre' | 'post' | undefined;
  /** What tells it. */
  readonly witness: string;
}

/** Undefined of a model of one stage. */
function findMerging(
  checkpoint: NamedCheckpoint,
  [dim = 0, ...others]: readonly number[],
  next: Found | undefined,
): Merging | undefined {
  if (others.length === 0) return undefined;
  const name = 'layers.0.downsample.norm';
  const norm = findNorm(checkpoint, name, [4 * dim, 2 * dim]);
  const placements: ReadonlyMap<number, 'pre' | 'post'> = new Map([
    [4 * dim, 'pre'],
    [2 * dim, 'post'],
  ]);
  // After the merging there are as many tokens as in the next stage.
  const isEither = isBatch(norm) && next !== undefined && isByTokenNorm(next) && next.length === norm.length;
  if (isEither) return { norm: undefined, placement: undefined, witness: norm.from };
  const isByToken = isByTokenNorm(norm);
  const placement = isByToken ? undefined : placements.get(norm.length);
  // The authors' Swin-Free-BR keeps two tensors of merging that it never uses.
  const expansion = 'layers.0.downsample.expansion.weight';
  if (!checkpoint.has(expansion)) return { norm, placement, witness: norm.from };
  const from = `${checkpoint.keyOf(expansion)}, beside which the norm of merging is never used`;
  return { norm: { text: 'none', length: 0, from }, placement, witness: norm.from };
}

function placementOf(
  checkpoint: NamedCheckpoint,
  merging: Merging | undefined,
  stages: readonly Found[],
): Fact | undefined {
  if (merging?.placement !== undefined) return { text: merging.placement, from: merging.witness };
  const hasNorms =
    stages.some(({ text }) => text !== 'none') || (merging !== undefined && merging.norm?.text !== 'none');
  return hasNorms
    ? undefined
    : { text: 'pre', from: `no norms in ${checkpoint.keyOf('layers.0.blocks.0.norm1.weight')}` };
}

/** Maps of stages, each with a norm of its own; of maps without, a file says nothing. */
function tellFeatures(checkpoint: NamedCheckpoint, widths: readonly number[]): Telling {
  const { has, keyOf } = checkpoint;
  const isFinal = (stage: number): boolean => keyOf(`norm${stage}.weight`) === keyOf('norm.weight');
  const stages = widths.map((_, stage) => stage).filter((stage) => has(`norm${stage}.weight`));
  const others = stages.filter((stage) => !isFinal(stage));
  const [first] = others;
  if (first === undefined) return [];
  const norm = findNorm(checkpoint, `norm${first}`, [widths[first] ?? 0]);
  const from = `${keyOf(`norm${first}.weight`)} and its like`;
  return [
    ['features', { text: `[${stages.map((stage) => stage + 1).join(', ')}]`, from }],
    ['features.norm', factOf(norm)],
  ];
}

/** Norms by token lock the size of the input, and tell its area. */
function hintsOf(checkpoint: NamedCheckpoint, stages: readonly Found[]): ReadonlyMap<Aspect, string> {
  const stage = stages.findIndex(isByTokenNorm);
  const tokens = stages[stage]?.length;
  const [, , height = 1, width = 1] = checkpoint.shapeOf('patch_embed.proj.weight') ?? [];
  if (tokens === undefined) return new Map();
  const side = Math.sqrt(tokens);
  const scale = 2 ** stage;
  const square = Number.isInteger(side) ? `, such as ${side * height * scale}x${side * width * scale}` : '';
  const [block] = blocksOf(checkpoint, stage);
  return new Map([
    [
      'size',
      `${checkpoint.keyOf(`${block}.norm1.weight`)} has ${tokens} tokens, of ${height * scale}x${width * scale} pixels each${square}`,
    ],
  ]);
}

function mostCommon(norms: readonly Found[]): Found {
  const count = ({ text }: Found): number => norms.filter((each) => each.text === text).length;
  return norms.reduce((best, each) => (count(each) > count(best) ? each : best));
}
