/** `SwinConfig` and `Swinv2Config` of Hugging Face's transformers; what a file leaves out is as these classes have it. */
import { plainNumber } from '../model/spell.ts';
import {
  type Config,
  countOf,
  countsOf,
  isConfig,
  numberOf,
  pretrainedText,
  sideText,
  sizeOf,
  sizeText,
  switchOf,
  textOf,
} from './config.ts';
import { fullListText, type Habits, type Reading, SpecFromError } from './fact.ts';
import { factsOfFamily } from './family.ts';

const activations: Readonly<Record<string, string>> = {
  gelu: 'gelu',
  gelu_new: 'gelu(tanh)',
  gelu_fast: 'gelu(tanh)',
  gelu_pytorch_tanh: 'gelu(tanh)',
  relu: 'relu',
  silu: 'silu',
  swish: 'silu',
};

/** Swin V2 clamps its windows when it is made, and Swin pads its grids up to them. */
const habits = {
  swin: { library: "Hugging Face's Swin", clamp: 'off', pad: 'before-shift' },
  swinv2: { library: "Hugging Face's Swin V2", clamp: 'on', pad: 'before-shift' },
} satisfies Record<string, Habits>;

export function factsOfHuggingFace(config: Config, file: string): Reading {
  const type = textOf(config, 'model_type') ?? '';
  if (type !== 'swin' && type !== 'swinv2') {
    throw new SpecFromError(`the config is of a \`${type}\`: a spec follows from \`swin\` and \`swinv2\``);
  }
  if (switchOf(config, 'use_absolute_embeddings', { otherwise: false })) {
    throw new SpecFromError('the config has use_absolute_embeddings: no spec can say absolute position embeddings');
  }
  const plain = 'layer(eps: 1e-5)';
  const epsilon = numberOf(config, 'layer_norm_eps', { otherwise: 1e-5 });
  const facts = factsOfFamily(
    {
      size: sizeText(sizeOf(config, 'image_size', { otherwise: 224 })),
      channels: countOf(config, 'num_channels', { otherwise: 3 }),
      classes: String(classesOf(config)),
      patch: sideText(sizeOf(config, 'patch_size', { otherwise: 4 })),
      dim: countOf(config, 'embed_dim', { otherwise: 96 }),
      depths: fullListText(countsOf(config, 'depths', { otherwise: [2, 2, 6, 2] })),
      heads: fullListText(countsOf(config, 'num_heads', { otherwise: [3, 6, 12, 24] })),
      window: String(countOf(config, 'window_size', { otherwise: 7 })),
      mlp: plainNumber(numberOf(config, 'mlp_ratio', { otherwise: 4 })),
      act: activationOf(config),
      norm: `layer(eps: ${plainNumber(epsilon)})`,
      // Those of the embedding and of merging have PyTorch's epsilon, whatever the config says.
      patchNorm: plain,
      mergeNorm: plain,
      hasQkvBias: switchOf(config, 'qkv_bias', { otherwise: true }),
      pretrained: type === 'swin' ? undefined : pretrainedOf(config),
    },
    file,
  );
  const name = textOf(config, '_name_or_path')?.split('/').at(-1);
  return { facts, hints: new Map(), habits: habits[type], name, kind: `a config of ${habits[type].library}` };
}

const pretrainedOf = (config: Config): string =>
  pretrainedText(countsOf(config, 'pretrained_window_sizes', { otherwise: [0] }));

function activationOf(config: Config): string {
  const name = textOf(config, 'hidden_act') ?? 'gelu';
  const activation = activations[name];
  if (activation !== undefined && Object.hasOwn(activations, name)) return activation;
  throw new SpecFromError(`hidden_act is \`${name}\`: a spec can say ${Object.keys(activations).join(', ')}`);
}

/** A classifier has two classes unless its config names others; other models have no head. */
function classesOf(config: Config): number {
  const { architectures, id2label: labels } = config;
  const names: readonly unknown[] = Array.isArray(architectures) ? architectures : [];
  const isClassifier = names.some((name) => typeof name === 'string' && name.endsWith('ForImageClassification'));
  if (names.length > 0 && !isClassifier) return 0;
  return isConfig(labels) ? Object.keys(labels).length : countOf(config, 'num_labels', { otherwise: 2 });
}
