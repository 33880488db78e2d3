import { limits } from '../limits.ts';
import type { Model } from '../model.ts';
import { matchArguments, reportMissingArgument } from './arguments.ts';
import { integer, type Reader, reportWrongType } from './reader.ts';

/** `image(height, width, channels)`. */
export const image: Reader<Model['input']> = (value, report) => {
  const help = 'write `image(HEIGHT, WIDTH, CHANNELS)`';
  if (value.kind !== 'call' || value.name.text !== 'image') return reportWrongType(value, 'an image', report, help);
  const matched = matchArguments(value, ['height', 'width', 'channels'], report);
  if (matched === undefined) return undefined;
  const parts = [matched.get('height'), matched.get('width'), matched.get('channels')];
  if (parts.includes(undefined)) return reportMissingArgument(value, help, report);
  const [height, width] = parts.slice(0, 2).map((part) => part && integer(1)(part, report));
  const channels = parts[2] && integer(1, limits.channels)(parts[2], report);
  if (height === undefined || width === undefined || channels === undefined) return undefined;
  return { height, width, channels };
};

export function printImage({ height, width, channels }: Model['input']): string {
  return `image(${height}, ${width}, ${channels})`;
}
