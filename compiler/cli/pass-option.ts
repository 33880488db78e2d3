/** `--no-pass NAME[,NAME]`: the passes that are switched off. */
import { type PassNames, passes } from '../passes/index.ts';
import { UsageError } from './exit.ts';

export const allPasses: PassNames = passes.map(({ name }) => name);

/** What follows `--no-pass`; commander makes `true` of an option with `no` that is not given. */
export type PassOption = string | true;

export function parsePasses(text: PassOption): PassNames {
  if (text === true) return [];
  if (text === 'all') return allPasses;
  const names = text.split(',');
  const unknown = names.find((name) => !allPasses.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`there is no pass ${unknown}: they are ${allPasses.join(', ')}; or \`all\``);
  }
  return names;
}
