/** `config.json` as timm writes it: the name of an architecture, and what its images go through. */
import { plainNumber } from '../model/spell.ts';
import {
  type Config,
  countOf,
  countsOf,
  isConfig,
  numberOf,
  perStageOf,
  pretrainedText,
  sideText,
  sizeOf,
  sizeText,
  switchOf,
  textOf,
} from './config.ts';
import { type Aspect, type Fact, fullListText, type Habits, type Reading, SpecFromError } from './fact.ts';
import { factsOfFamily } from './family.ts';

interface Architecture {
  readonly dim: number;
  readonly depths: readonly number[];
  readonly heads: readonly number[];
  readonly window: number | readonly number[];
  /** Of a Swin V2. */
  readonly pretrained?: readonly number[];
}

type Shape = Pick<Architecture, 'dim' | 'depths' | 'heads'>;

const sizes: Readonly<Record<string, Shape>> = {
  tiny: { dim: 96, depths: [2, 2, 6, 2], heads: [3, 6, 12, 24] },
  small: { dim: 96, depths: [2, 2, 18, 2], heads: [3, 6, 12, 24] },
  base: { dim: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32] },
  large: { dim: 192, depths: [2, 2, 18, 2], heads: [6, 12, 24, 48] },
};

/** Swin-S3, whose windows were searched for. */
const searched: Readonly<Record<string, Architecture>> = {
  tiny: { dim: 96, depths: [2, 2, 6, 2], heads: [3, 6, 12, 24], window: [7, 7, 14, 7] },
  small: { dim: 96, depths: [2, 2, 18, 2], heads: [3, 6, 12, 24], window: [14, 14, 14, 7] },
  base: { dim: 96, depths: [2, 2, 30, 2], heads: [3, 6, 12, 24], window: [7, 7, 14, 7] },
};

/** A name, and what it means; the first that fits. */
const names: readonly (readonly [RegExp, (groups: Readonly<Record<string, string>>) => Architecture | undefined])[] = [
  [/^swin_s3_(?<size>\w+)_\d+$/, ({ size = '' }) => searched[size]],
  [
    /^swin_(?<size>[a-z]+)_patch4_window(?<window>\d+)_\d+(_in22k)?$/,
    ({ size = '', window }) => shaped(size, { window: Number(window) }),
  ],
  [
    /^swinv2_(?<size>[a-z]+)_window12to(?<window>\d+)_\d+to\d+$/,
    ({ size = '', window }) => shaped(size, { window: Number(window), pretrained: [12, 12, 12, 6] }),
  ],
  [
    /^swinv2_(?<size>[a-z]+)_window(?<window>\d+)_\d+$/,
    ({ size = '', window }) => shaped(size, { window: Number(window), pretrained: [0, 0, 0, 0] }),
  ],
];

function shaped(size: string, rest: Omit<Architecture, keyof Shape>): Architecture | undefined {
  const shape = Object.hasOwn(sizes, size) ? sizes[size] : undefined;
  return shape && { ...shape, ...rest };
}

const habits: Habits = { library: 'timm', clamp: 'on', pad: 'after-shift' };

export function factsOfTimm(config: Config, file: string): Reading {
  const name = textOf(config, 'architecture') ?? '';
  const architecture = architectureOf(name);
  const given = isConfig(config['model_args']) ? config['model_args'] : {};
  refuseUnknown(given);
  // Files before 0.9 have everything at the top.
  const published = isConfig(config['pretrained_cfg']) ? config['pretrained_cfg'] : config;
  const [channels = 3, ...size] = countsOf(published, 'input_size', { otherwise: [] });
  const [height, width = height] = size;
  if (height === undefined || width === undefined)
    throw new SpecFromError('the config has no input_size: give the checkpoint instead');
  const classes = countOf(config, 'num_classes', { otherwise: countOf(published, 'num_classes', { otherwise: 1000 }) });
  const { dim, depths, heads, window, pretrained } = architecture;
  const facts = factsOfFamily(
    {
      size: sizeText(
        given['img_size'] === undefined ? [height, width] : sizeOf(given, 'img_size', { otherwise: height }),
      ),
      channels: countOf(given, 'in_chans', { otherwise: channels }),
      classes: String(countOf(given, 'num_classes', { otherwise: classes })),
      patch: sideText(sizeOf(given, 'patch_size', { otherwise: 4 })),
      dim: countOf(given, 'embed_dim', { otherwise: dim }),
      depths: fullListText(countsOf(given, 'depths', { otherwise: depths })),
      heads: fullListText(countsOf(given, 'num_heads', { otherwise: heads })),
      window: perStageOf(given, 'window_size', { otherwise: window }),
      mlp: plainNumber(numberOf(given, 'mlp_ratio', { otherwise: 4 })),
      act: 'gelu',
      norm: 'layer(eps: 1e-5)',
      hasQkvBias: switchOf(given, 'qkv_bias', { otherwise: true }),
      pretrained: pretrained && pretrainedText(countsOf(given, 'pretrained_window_sizes', { otherwise: pretrained })),
    },
    file,
  );
  const prepared = preprocessOf(published, height === width ? height : undefined, file);
  return {
    facts: new Map([...facts, ...prepared]),
    hints: new Map(),
    habits,
    name,
    kind: "a config of timm's",
  };
}

function architectureOf(name: string): Architecture {
  for (const [pattern, read] of names) {
    const found = pattern.exec(name)?.groups;
    const architecture = found && read(found);
    if (architecture !== undefined) return architecture;
  }
  const known = 'swin_tiny_patch4_window7_224 and its like, swin_s3_…, swinv2_…';
  throw new SpecFromError(
    `the architecture ${name} is none that is known (${known}): give the checkpoint itself, whose keys tell more`,
  );
}

/** Arguments that change what is computed, and those that only training reads. */
const known: readonly string[] = [
  ...['img_size', 'patch_size', 'in_chans', 'num_classes', 'embed_dim', 'depths', 'num_heads', 'window_size'],
  ...['mlp_ratio', 'qkv_bias', 'pretrained_window_sizes'],
  ...['drop_rate', 'proj_drop_rate', 'attn_drop_rate', 'drop_path_rate', 'strict_img_size', 'weight_init'],
];

function refuseUnknown(given: Config): void {
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new SpecFromError(
    `model_args has ${unknown.join(', ')}, which no spec follows from: give the checkpoint itself`,
  );
}

/** Of a square input; the fields of others say nothing that is read alike everywhere. */
function preprocessOf(config: Config, side: number | undefined, from: string): readonly (readonly [Aspect, Fact])[] {
  const interpolation = textOf(config, 'interpolation');
  const share = numberOf(config, 'crop_pct', { otherwise: 0.875 });
  const mode = textOf(config, 'crop_mode') ?? 'center';
  const { mean, std } = config;
  const isKnown = interpolation === 'bicubic' || interpolation === 'bilinear';
  if (side === undefined || !isKnown || !(share > 0 && share <= 1) || (mode !== 'center' && mode !== 'squash'))
    return [];
  const resize = Math.floor(side / share);
  const lists = (
    [
      ['preprocess.mean', mean],
      ['preprocess.std', std],
    ] as const
  ).flatMap(([aspect, values]) =>
    Array.isArray(values) && values.every(Number.isFinite)
      ? [[aspect, { text: fullListText(values), from }] as const]
      : [],
  );
  return [
    ['preprocess.resize', { text: mode === 'center' ? String(resize) : `[${resize}, ${resize}]`, from }],
    ['preprocess.interpolation', { text: interpolation, from }],
    ...lists,
  ];
}
