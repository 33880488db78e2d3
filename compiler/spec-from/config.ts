/** A config file as data from anywhere: what a field holds is checked where it is read. */
import { fullListText, listText, SpecFromError } from './fact.ts';

export type Config = Readonly<Record<string, unknown>>;

export function isConfig(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const isCounts = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isCount);

/** What a library takes where its config says nothing. */
interface Otherwise<Value> {
  readonly otherwise: Value;
}

function read<Value>(
  config: Config,
  name: string,
  what: string,
  is: (value: unknown) => value is Value,
): Value | undefined {
  const value = config[name] ?? undefined;
  if (value === undefined || is(value)) return value;
  throw new SpecFromError(`${name} should be ${what} in the config, and is ${JSON.stringify(value)?.slice(0, 60)}`);
}

export function countOf(config: Config, name: string, { otherwise }: Otherwise<number>): number {
  return read(config, name, 'a whole number', isCount) ?? otherwise;
}

export function countsOf(config: Config, name: string, { otherwise }: Otherwise<readonly number[]>): readonly number[] {
  return read(config, name, 'a list of whole numbers', isCounts) ?? otherwise;
}

/** A number for all stages, or one for each. */
export function perStageOf(config: Config, name: string, { otherwise }: Otherwise<number | readonly number[]>): string {
  const is = (value: unknown): value is number | readonly number[] => isCount(value) || isCounts(value);
  const value = read(config, name, 'a whole number or a list of them', is) ?? otherwise;
  return typeof value === 'number' ? String(value) : listText(value);
}

/** Height and width, from one number or two. */
export function sizeOf(config: Config, name: string, { otherwise }: Otherwise<number>): readonly [number, number] {
  const is = (value: unknown): value is number | readonly number[] =>
    isCount(value) || (isCounts(value) && value.length === 2);
  const value = read(config, name, 'a whole number or two of them', is) ?? otherwise;
  const [height = 0, width = height] = typeof value === 'number' ? [value] : value;
  return [height, width];
}

export function numberOf(config: Config, name: string, { otherwise }: Otherwise<number>): number {
  const is = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  return read(config, name, 'a number', is) ?? otherwise;
}

export function switchOf(config: Config, name: string, { otherwise }: Otherwise<boolean>): boolean {
  const is = (value: unknown): value is boolean => typeof value === 'boolean';
  return read(config, name, 'true or false', is) ?? otherwise;
}

export function textOf(config: Config, name: string): string | undefined {
  return read(config, name, 'a string', (value): value is string => typeof value === 'string');
}

export const sizeText = ([height, width]: readonly [number, number]): string => `${height}, ${width}`;
export const sideText = ([height, width]: readonly [number, number]): string =>
  height === width ? String(height) : fullListText([height, width]);

/** Of the windows of training, where all zeros mean the model's own. */
export function pretrainedText(windows: readonly number[]): string {
  return windows.every((window) => window === 0) ? 'same' : listText(windows);
}
