/** Configs of microsoft's code; what a file leaves out is as its `config.py` has it. */
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

const habits: Habits = { library: "microsoft's code", clamp: 'both', pad: 'error' };

/** The section of each type. */
const sections: Readonly<Record<string, string>> = { swin: 'SWIN', swinv2: 'SWINV2' };

export function factsOfMicrosoft(config: Config, file: string): Reading {
  const model = sectionOf(config, 'MODEL');
  const type = textOf(model, 'TYPE') ?? 'swin';
  const section = Object.hasOwn(sections, type) ? sections[type] : undefined;
  if (section === undefined) {
    throw new SpecFromError(`MODEL.TYPE is ${type}: a spec follows from ${Object.keys(sections).join(' and ')}`);
  }
  const shape = sectionOf(model, section);
  if (switchOf(shape, 'APE', { otherwise: false })) {
    throw new SpecFromError(`MODEL.${section}.APE is true: no spec can say absolute position embeddings`);
  }
  const facts = factsOfFamily(
    {
      size: sizeText(sizeOf(sectionOf(config, 'DATA'), 'IMG_SIZE', { otherwise: 224 })),
      channels: countOf(shape, 'IN_CHANS', { otherwise: 3 }),
      classes: String(countOf(model, 'NUM_CLASSES', { otherwise: 1000 })),
      patch: sideText(sizeOf(shape, 'PATCH_SIZE', { otherwise: 4 })),
      dim: countOf(shape, 'EMBED_DIM', { otherwise: 96 }),
      depths: fullListText(countsOf(shape, 'DEPTHS', { otherwise: [2, 2, 6, 2] })),
      heads: fullListText(countsOf(shape, 'NUM_HEADS', { otherwise: [3, 6, 12, 24] })),
      window: String(countOf(shape, 'WINDOW_SIZE', { otherwise: 7 })),
      mlp: plainNumber(numberOf(shape, 'MLP_RATIO', { otherwise: 4 })),
      act: 'gelu',
      norm: 'layer(eps: 1e-5)',
      patchNorm: switchOf(shape, 'PATCH_NORM', { otherwise: true }) ? 'layer(eps: 1e-5)' : 'none',
      hasQkvBias: switchOf(shape, 'QKV_BIAS', { otherwise: true }),
      pretrained:
        type === 'swin' ? undefined : pretrainedText(countsOf(shape, 'PRETRAINED_WINDOW_SIZES', { otherwise: [0] })),
    },
    file,
  );
  return { facts, hints: new Map(), habits, name: textOf(model, 'NAME'), kind: "a config of microsoft's code" };
}

const sectionOf = (config: Config, name: string): Config => {
  const section = config[name];
  return isConfig(section) ? section : {};
};
