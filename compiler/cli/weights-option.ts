/** `--weights FILE | synthetic[:GAIN]`. */
import type { Planned } from '../compile.ts';
import { importCheckpoint } from '../weights/import-checkpoint.ts';
import type { ParameterSource } from '../weights/parameter-source.ts';
import { syntheticParameters } from '../weights/parameters.ts';
import { aboutFile, UsageError } from './exit.ts';
import { describeOthers, describeSurprises } from './import-report.ts';
import { type ReadCheckpoint, readCheckpoint } from './read-checkpoint.ts';

export type WeightsOption =
  | { readonly kind: 'synthetic'; readonly gain: number }
  /** Opened once, for what it says beside its tensors too. */
  | { readonly kind: 'file'; readonly path: string; readonly read?: ReadCheckpoint };

export function parseWeights(text: string): WeightsOption {
  const [keyword, gainText, ...rest] = text.split(':');
  if (keyword !== 'synthetic') return { kind: 'file', path: text };
  if (gainText === undefined) return { kind: 'synthetic', gain: 1 };
  const gain = Number(gainText);
  const isGain = /^\d*\.?\d+(e-?\d+)?$/i.test(gainText) && gain > 0 && Number.isFinite(gain) && rest.length === 0;
  if (!isGain) throw new UsageError(`--weights ${text}: the gain is a positive number, as in synthetic:1.5`);
  return { kind: 'synthetic', gain };
}

export interface OpenedWeights {
  readonly parameter: ParameterSource;
  /** What a package says about where its weights come from; the same for the same values. A file is read for it. */
  readonly origin: () => Promise<string>;
  /** What the user of a checkpoint should know of it. */
  readonly surprises: readonly string[];
}

export async function openWeights(option: WeightsOption, { naive }: Pick<Planned, 'naive'>): Promise<OpenedWeights> {
  if (option.kind === 'synthetic') {
    const { gain } = option;
    return { parameter: syntheticParameters(gain), origin: async () => `synthetic:${gain}`, surprises: [] };
  }
  const { file, digest } = option.read ?? (await readCheckpoint(option.path));
  const { parameter, report } = aboutFile(option.path, () => importCheckpoint(file.tensors, naive));
  const surprises = [...describeOthers(file), ...describeSurprises(report)];
  return { parameter, origin: async () => `sha256:${await digest()}`, surprises };
}
