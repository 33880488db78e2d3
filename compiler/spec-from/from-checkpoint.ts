/** What the keys, the shapes and the buffers of a checkpoint tell of its model. */
import type { Tensor } from '../../runtime/safetensors.ts';
import type { Aspect, Fact, Reading, Telling } from './fact.ts';
import { tellBuffers } from './from-buffers.ts';
import { tellNorms } from './from-norms.ts';
import { blocksOf, eachStage, type NamedCheckpoint, nameCheckpoint, shapeText } from './named-checkpoint.ts';
import { ratioOf } from './ratio.ts';

type Teller = (checkpoint: NamedCheckpoint) => Telling;

/** By what of a model they tell. */
const tellers: readonly Teller[] = [tellPatches, tellDepths, tellHead, tellHeads, tellMlp, tellAttention, tellQkvBias];

export function factsOfCheckpoint(tensors: ReadonlyMap<string, Tensor>): Reading {
  const checkpoint = nameCheckpoint(tensors);
  const { telling, hints } = tellBuffers(checkpoint);
  const norms = tellNorms(checkpoint);
  const facts = new Map<Aspect, Fact>([...tellers.flatMap((tell) => tell(checkpoint)), ...telling, ...norms.telling]);
  return {
    facts,
    hints: new Map([...norms.hints, ...hints]),
    habits: undefined,
    name: undefined,
    kind: `${checkpoint.layout.title} layout`,
  };
}

const projection = 'patch_embed.proj.weight';

function tellPatches(checkpoint: NamedCheckpoint): Telling {
  const [dim, channels, height, width] = checkpoint.shapeOf(projection) ?? [];
  if (dim === undefined || channels === undefined || height === undefined || width === undefined) return [];
  const from = shapeText(checkpoint, projection);
  return [
    ['channels', { text: String(channels), from }],
    ['patch', { text: height === width ? String(height) : `[${height}, ${width}]`, from }],
    ['dim', { text: String(dim), from }],
  ];
}

function tellDepths({ depths, layout }: NamedCheckpoint): Telling {
  return [['depths', { text: `[${depths.join(', ')}]`, from: `the keys of its blocks, in ${layout.title} layout` }]];
}

function tellHead(checkpoint: NamedCheckpoint): Telling {
  const name = 'head.weight';
  const classes = checkpoint.shapeOf(name)?.[0];
  if (classes === undefined) return [['classes', { text: '0', from: `no ${checkpoint.keyOf(name)}` }]];
  return [['classes', { text: String(classes), from: shapeText(checkpoint, name) }]];
}

/** Tensors that have a column, or a row, for each head. */
const perHead: readonly (readonly [name: string, dimension: 0 | 1])[] = [
  ['attn.relative_position_bias_table', 1],
  ['attn.logit_scale', 0],
  ['attn.cpb_mlp.2.weight', 0],
];

function tellHeads(checkpoint: NamedCheckpoint): Telling {
  for (const [name, dimension] of perHead) {
    const whole = (stage: number): string => `${blocksOf(checkpoint, stage)[0]}.${name}`;
    const heads = eachStage(checkpoint, (stage) => checkpoint.shapeOf(whole(stage))?.[dimension]);
    if (heads === undefined) continue;
    const from = `${shapeText(checkpoint, whole(0))} and its like`;
    return [['heads', { text: `[${heads.join(', ')}]`, from }]];
  }
  return [];
}

function tellMlp(checkpoint: NamedCheckpoint): Telling {
  const name = (stage: number): string => `layers.${stage}.blocks.0.mlp.fc1.weight`;
  const shapes = eachStage(checkpoint, (stage) => checkpoint.shapeOf(name(stage)));
  const widths = shapes?.map(([hidden = 0, dim = 0]) => ({ hidden, dim })) ?? [];
  if (widths.length === 0) return [];
  const from = shapeText(checkpoint, name(0));
  const shared = ratioOf(widths);
  if (shared !== undefined) return [['mlp', { text: shared, from }]];
  return widths.flatMap((width, stage): Telling => {
    const ratio = ratioOf([width]);
    const fact = { text: ratio ?? '', from: shapeText(checkpoint, name(stage)) };
    return ratio === undefined ? [] : [[`stage ${stage + 1}.mlp`, fact]];
  });
}

const table = 'layers.0.blocks.0.attn.relative_position_bias_table';
const network = 'layers.0.blocks.0.attn.cpb_mlp.0.weight';
const scale = 'layers.0.blocks.0.attn.logit_scale';

function tellAttention(checkpoint: NamedCheckpoint): Telling {
  const { has, keyOf } = checkpoint;
  const attention: Fact = has(scale)
    ? { text: 'cosine', from: keyOf(scale) }
    : { text: 'dot', from: `no ${keyOf(scale)}` };
  return [
    ['attention', attention],
    ['position', position(checkpoint)],
  ];
}

function position(checkpoint: NamedCheckpoint): Fact {
  const { has, keyOf, shapeOf } = checkpoint;
  if (has(table)) return { text: 'table', from: keyOf(table) };
  const hidden = shapeOf(network)?.[0];
  if (hidden === undefined) return { text: 'none', from: `neither ${keyOf(table)} nor ${keyOf(network)}` };
  return { text: `continuous(hidden: ${hidden})`, from: shapeText(checkpoint, network) };
}

function tellQkvBias(checkpoint: NamedCheckpoint): Telling {
  const [whole, queries] = ['layers.0.blocks.0.attn.qkv.bias', 'layers.0.blocks.0.attn.q_bias'];
  const { has, keyOf } = checkpoint;
  const from = keyOf(whole);
  if (!has(whole)) {
    return [['qkv.bias', has(queries) ? { text: 'q-v', from: keyOf(queries) } : { text: 'off', from: `no ${from}` }]];
  }
  if (keyOf(queries) !== from) return [['qkv.bias', { text: 'on', from }]];
  // torchvision has one bias for both families, and that of the keys counts for nothing in its Swin V2.
  const [isCosine, isContinuous] = [has(scale), has(network)];
  if (isCosine !== isContinuous) return [];
  return [
    ['qkv.bias', isCosine ? { text: 'q-v', from: `${keyOf(scale)} and ${keyOf(network)}` } : { text: 'on', from }],
  ];
}
