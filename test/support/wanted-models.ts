/** Random models, each written in several ways that mean the same. */
import { randomFrom } from './mutations.ts';

/** Spellings of one value. */
type Spellings = readonly [string, ...string[]];

interface WantedStage {
  readonly depth: Spellings;
  readonly heads: Spellings;
  readonly window: Spellings;
  readonly shift: Spellings;
  readonly mlp: Spellings;
  readonly norm: Spellings;
  readonly act: Spellings;
}

interface Wanted {
  readonly whole: ReadonlyMap<string, Spellings>;
  readonly stages: readonly WantedStage[];
}

type Random = () => number;

const norms: readonly Spellings[] = [
  ['layer', 'layer(eps: 1e-5)', 'layer(0.00001)'],
  ['layer(eps: 1e-6)', 'layer(0.000_001)'],
  ['batch(per: channel)', 'batch(eps: 1e-5, per: channel)'],
  ['batch(per: token, eps: 0.25)', 'batch(token, 25e-2)'],
  ['none'],
];
const windows: readonly Spellings[] = [
  ['4', 'size(4, 4)', 'size(width: 4, height: 4)', '4.0'],
  ['8'],
  ['1_6', '16'],
  ['size(2, 8)', 'size(width: 8, height: 2)'],
  ['global'],
];
const shifts: readonly Spellings[] = [['on'], ['off']];
const stageOptions = {
  depth: [['1'], ['2'], ['3']],
  heads: [['1'], ['2', '2.0'], ['4']],
  window: [...windows, ...windows, ['cycle(4, 8)', 'cycle(size(4, 4), 8)'], ['cycle(size(1, 2))']],
  shift: [...shifts, ...shifts, ['1', 'size(1, 1)'], ['size(0, 1)'], ['cycle(0, 1)', 'cycle(size(0, 0), 1)']],
  mlp: [['4'], ['4'], ['3.5', '35e-1'], ['0.001', '1e-3'], ['2']],
  norm: norms,
  act: [['gelu'], ['gelu'], ['gelu(tanh)', 'gelu(approximation: tanh)'], ['relu'], ['silu']],
} as const satisfies Readonly<Record<keyof WantedStage, readonly Spellings[]>>;

const wholeOptions: Readonly<Record<string, readonly Spellings[]>> = {
  input: [
    ['image(64, 64, 3)', 'image(channels: 3, width: 64, height: 64)'],
    ['image(128, 64, 1)'],
    ['image(96, 64, 2)'],
  ],
  classes: [['0'], ['1000', '1_000', '1k', '1e3'], ['21_841', '21841']],
  patch: [['4', '[4, 4]', 'size(4, 4)'], ['[2, 4]', 'size(2, 4)'], ['2']],
  dim: [['16'], ['32']],
  clamp: [['on'], ['both'], ['off']],
  pad: [['before-shift'], ['after-shift']],
  'patch.norm': norms,
  'merge.norm': norms,
  'final.norm': norms,
  'norm.placement': [['pre'], ['pre'], ['pre'], ['post']],
  attention: [['dot'], ['dot'], ['dot'], ['cosine']],
  position: [
    ['table'],
    ['none'],
    ['table'],
    ['none'],
    ['continuous', 'continuous(hidden: 512)', 'continuous(512)'],
    ['continuous(hidden: 384, pretrained_window: 8)', 'continuous(384, 8)'],
  ],
  'qkv.bias': [['on'], ['off'], ['on'], ['off'], ['q-v']],
  features: [['[]'], ['[1]', '[1.0]']],
  'features.norm': norms,
  'preprocess.resize': [['200', '2_00'], ['[200, 200]', 'size(200, 200)'], ['[144, 300]']],
  'preprocess.interpolation': [['bicubic'], ['bilinear'], ['nearest']],
};

/** Parts that follow nothing when they are left out. */
const optional: readonly string[] = Object.keys(wholeOptions).filter(
  (field) => !['input', 'classes', 'dim', 'pad'].includes(field) && !/^(patch|merge|final)\.norm$/.test(field),
);

/** Texts in which the model `wanted` means the same; the same for the same seed. */
export function wantedModels(seed: number): readonly string[] {
  const random = randomFrom(seed);
  const [wanted, noise] = [want(random), want(random)];
  return [asLists, asPatches, asHeir].map((write) => write(wanted, sameLength(noise, wanted), random));
}

function want(random: Random): Wanted {
  const whole = new Map<string, Spellings>();
  for (const [field, options] of Object.entries(wholeOptions)) {
    if (!optional.includes(field) || random() < 0.5) whole.set(field, pick(options, random));
  }
  const option = (field: keyof WantedStage): Spellings => pick(stageOptions[field], random);
  const similar = option('window');
  const stages = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
    depth: option('depth'),
    heads: option('heads'),
    window: random() < 0.5 ? similar : option('window'),
    shift: option('shift'),
    mlp: option('mlp'),
    norm: option('norm'),
    act: option('act'),
  }));
  return { whole, stages };
}

/** A base has as many stages as its heir, so that its patches are about stages that there are. */
function sameLength(noise: Wanted, { stages }: Wanted): Wanted {
  const cycled = stages.map((stage, index) => noise.stages[index] ?? stage);
  return { ...noise, stages: cycled };
}

type Write = (wanted: Wanted, noise: Wanted, random: Random) => string;

/** Lists, or one value where all stages have it; stages say what lists cannot. */
const asLists: Write = (wanted, _noise, random) => file(model('wanted', listLines(wanted, random)));

/** A base's lines are about other values, and every stage says everything by itself. */
const asPatches: Write = (wanted, noise, random) =>
  file(model('wanted', [...wholeLines(wanted, random), ...listedLines(noise, random), ...blocks(wanted, random)]));

/** An heir replaces everything that its base says, patches too. */
const asHeir: Write = (wanted, noise, random) => {
  const inherited = new Map([...noise.whole].filter(([field]) => wanted.whole.has(field)));
  const base = [
    ...wholeLines({ ...noise, whole: inherited }, random),
    ...listedLines(noise, random),
    ...blocks(noise, random),
  ];
  return file(`${model('base', base)}${model('wanted extends base', listLines(wanted, random))}`);
};

function file(models: string): string {
  return `swin 1\n${models}`;
}

function model(name: string, lines: readonly string[]): string {
  return `model ${name} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

function wholeLines({ whole }: Wanted, random: Random): readonly string[] {
  return [...whole].map(([field, spellings]) => `${field} = ${pick(spellings, random)}`);
}

/** The fields that give a value to each stage, as far as they can. */
function listedLines({ stages }: Wanted, random: Random): readonly string[] {
  const [first] = stages;
  if (first === undefined) return [];
  const list = (spellings: readonly Spellings[]): string =>
    `[${spellings.map((each) => pick(each, random)).join(', ')}]`;
  const listed = (field: 'window' | 'shift', options: readonly Spellings[]): string => {
    const values = stages.map((stage) => (options.includes(stage[field]) ? stage[field] : options[0]));
    const items = values.flatMap((value) => (value === undefined ? [] : [value]));
    const isOne = new Set(items).size === 1 && random() < 0.7;
    return `${field} = ${isOne ? pick(items[0] ?? ['4'], random) : list(items)}`;
  };
  return [
    `depths = ${list(stages.map(({ depth }) => depth))}`,
    `heads = ${list(stages.map(({ heads }) => heads))}`,
    listed('window', windows),
    listed('shift', shifts),
    ...(['mlp', 'norm', 'act'] as const).map((field) => `${field} = ${pick(first[field], random)}`),
  ];
}

function listLines(wanted: Wanted, random: Random): readonly string[] {
  const [first] = wanted.stages;
  const patches = wanted.stages.map((stage) => ({
    ...(windows.includes(stage.window) ? {} : { window: stage.window }),
    ...(shifts.includes(stage.shift) ? {} : { shift: stage.shift }),
    ...(stage.mlp === first?.mlp ? {} : { mlp: stage.mlp }),
    ...(stage.norm === first?.norm ? {} : { norm: stage.norm }),
    ...(stage.act === first?.act ? {} : { act: stage.act }),
  }));
  return [
    ...wholeLines(wanted, random),
    ...listedLines(wanted, random),
    ...patches.flatMap((patch, index) => block(index + 1, Object.entries(patch), random)),
  ];
}

function blocks({ stages }: Wanted, random: Random): readonly string[] {
  return stages.flatMap((stage, index) => block(index + 1, Object.entries(stage), random));
}

function block(number: number, patches: readonly (readonly [string, Spellings])[], random: Random): readonly string[] {
  if (patches.length === 0) return [];
  return [`stage ${number} {`, ...patches.map(([field, values]) => `  ${field} = ${pick(values, random)}`), '}'];
}

function pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is nothing to pick from');
  return item;
}
