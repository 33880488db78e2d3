/** `--weights FILE | synthetic[:GAIN]`. */
import { createHash } from 'node:crypto';
import { parseSafetensors } from '../../runtime/safetensors.ts';
import type { Planned } from '../compile.ts';
import type { ParameterSource } from '../weights/fold.ts';
import { checkpointParameters, parametersOf, syntheticParameters } from '../weights/parameters.ts';
import { aboutFile, UsageError } from './exit.ts';
import { readWhole } from './read-file.ts';

export type WeightsOption =
  | { readonly kind: 'synthetic'; readonly gain: number }
  | { readonly kind: 'file'; readonly path: string };

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
  /** What a package says about where its weights come from; the same for the same values. */
  readonly origin: string;
  /** Tensors of the file that the model has no use for. */
  readonly unused: readonly string[];
}

export async function openWeights(option: WeightsOption, { naive }: Pick<Planned, 'naive'>): Promise<OpenedWeights> {
  if (option.kind === 'synthetic') {
    const { gain } = option;
    return { parameter: syntheticParameters(gain), origin: `synthetic:${gain}`, unused: [] };
  }
  const bytes = await readWhole(option.path);
  const { parameter, unused } = aboutFile(option.path, () =>
    checkpointParameters(parseSafetensors(bytes), parametersOf(naive)),
  );
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { parameter, origin: `sha256:${digest}`, unused };
}

/** The longest list of tensors that a message shows. */
const shown = 3;

/** What to say of tensors that are left over; undefined where none is. */
export function describeUnused(unused: readonly string[]): string | undefined {
  if (unused.length === 0) return undefined;
  const more = unused.length > shown ? ', …' : '';
  const names = unused.slice(0, shown).join(', ');
  return `${unused.length} tensors of the weights are of no use to this model: ${names}${more}`;
}
