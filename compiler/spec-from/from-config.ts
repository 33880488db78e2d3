/** Whose config a file is, by the fields that only one library has. */
import { type Config, isConfig } from './config.ts';
import { type Reading, SpecFromError } from './fact.ts';
import { factsOfHuggingFace } from './from-hugging-face.ts';
import { factsOfMicrosoft } from './from-microsoft.ts';
import { factsOfTimm } from './from-timm.ts';

interface Kind {
  readonly isOf: (config: Config) => boolean;
  readonly read: (config: Config, file: string) => Reading;
}

const kinds: readonly Kind[] = [
  { isOf: ({ model_type: type }) => type !== undefined, read: factsOfHuggingFace },
  { isOf: ({ architecture }) => architecture !== undefined, read: factsOfTimm },
  { isOf: ({ MODEL: model }) => isConfig(model), read: factsOfMicrosoft },
];

export function factsOfConfig(config: unknown, file: string): Reading {
  const known =
    "Hugging Face's have `model_type`, timm's `architecture` and microsoft's `MODEL`; give the checkpoint instead";
  if (!isConfig(config)) throw new SpecFromError(`the config is no object: ${known}`);
  const kind = kinds.find(({ isOf }) => isOf(config));
  if (kind === undefined) throw new SpecFromError(`the config is of no library that is known: ${known}`);
  return kind.read(config, file);
}
