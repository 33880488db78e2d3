/** Whose preparation of images a model gets: its spec's, that recorded with the weights, or that of their origin. */
import type { Model, Preprocess } from '../model/model.ts';
import type { Specification } from '../model/specification.ts';
import { layouts } from './layouts/index.ts';
import type { LayoutName } from './layouts/layout.ts';
import { originPreprocess } from './origin-preprocess.ts';

export interface ChosenPreprocess {
  readonly preprocess: Preprocess;
  /** Whose it is, as a sentence goes on: `preprocess: torchvision's`. */
  readonly whose: string;
}

export interface Origin {
  readonly layout: LayoutName;
  /** As the weights file has it. */
  readonly recorded: Preprocess | undefined;
}

export function choosePreprocess(model: Model, specification: Specification, origin: Origin): ChosenPreprocess {
  if (setsPreprocess(specification)) return { preprocess: model.preprocess, whose: "the spec's" };
  const { layout, recorded } = origin;
  if (recorded !== undefined && fits(recorded, model)) {
    return { preprocess: recorded, whose: 'as recorded in the weights' };
  }
  const published = originPreprocess(layout, model);
  if (published !== undefined) return { preprocess: published, whose: layouts[layout].title };
  return { preprocess: model.preprocess, whose: `the spec's default, for want of one of ${layouts[layout].title}` };
}

/** A default that follows from the input has the input's setting. */
const setsPreprocess = ({ input, resize, crop, interpolation, mean, std }: Specification): boolean =>
  [resize, crop, interpolation, mean, std].some(({ setting }) => setting !== undefined && setting !== input.setting);

/** What was recorded for another input would not cover this one. */
const fits = ({ crop, mean }: Preprocess, { input }: Model): boolean =>
  crop.height === input.height && crop.width === input.width && mean.length === input.channels;

export function describePreprocess({ resize, crop, interpolation, mean, std }: Preprocess): string {
  const to = typeof resize === 'number' ? `the shorter side to ${resize}` : `to ${resize.height}x${resize.width}`;
  const numbers = (values: readonly number[]): string => `[${values.join(', ')}]`;
  const statistics = `mean ${numbers(mean)}, std ${numbers(std)}`;
  return `resize ${to}, crop ${crop.height}x${crop.width}, ${interpolation}, ${statistics}`;
}
