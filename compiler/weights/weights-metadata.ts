/** What a weights file of ours says of itself, beside its tensors. */
import type { Preprocess, Size } from '../model/model.ts';
import { layouts } from './layouts/index.ts';
import type { LayoutName } from './layouts/layout.ts';

export interface WeightsMetadata {
  /** Of the checkpoint that the weights were imported from. */
  readonly layout: LayoutName;
  /** Of its bytes: `sha256:…`. */
  readonly source: string;
  readonly preprocess: Preprocess;
}

const keys = { layout: 'swinc.layout', source: 'swinc.source', preprocess: 'swinc.preprocess' } as const;

export function writeMetadata({ layout, source, preprocess }: WeightsMetadata): Readonly<Record<string, string>> {
  return { [keys.layout]: layout, [keys.source]: source, [keys.preprocess]: JSON.stringify(preprocess) };
}

export interface RecordedMetadata extends Omit<WeightsMetadata, 'preprocess'> {
  /** Undefined where the file says none that could be used. */
  readonly preprocess: Preprocess | undefined;
}

/** Undefined of a file that others wrote. */
export function readMetadata(metadata: ReadonlyMap<string, string>): RecordedMetadata | undefined {
  const [layout, source] = [metadata.get(keys.layout), metadata.get(keys.source)];
  const preprocess = metadata.get(keys.preprocess);
  if (layout === undefined || source === undefined || !isLayoutName(layout)) return undefined;
  return { layout, source, preprocess: preprocess === undefined ? undefined : readPreprocess(preprocess) };
}

const isLayoutName = (text: string): text is LayoutName => Object.hasOwn(layouts, text);

/** Undefined where the text is none: a file from anywhere may say anything. */
function readPreprocess(text: string): Preprocess | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isPreprocess(value) ? value : undefined;
}

function isPreprocess(value: unknown): value is Preprocess {
  if (typeof value !== 'object' || value === null) return false;
  const { resize, crop, interpolation, mean, std }: Partial<Record<string, unknown>> = { ...value };
  return (
    (isLength(resize) || isSize(resize)) &&
    isSize(crop) &&
    (interpolation === 'bicubic' || interpolation === 'bilinear' || interpolation === 'nearest') &&
    isNumbers(mean) &&
    isNumbers(std) &&
    mean.length === std.length &&
    std.every((deviation) => deviation > 0)
  );
}

const longest = 1 << 16;

const isLength = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= longest;

const isSize = (value: unknown): value is Size =>
  typeof value === 'object' &&
  value !== null &&
  'height' in value &&
  'width' in value &&
  isLength(value.height) &&
  isLength(value.width);

const isNumbers = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(Number.isFinite);
