/** How much a test does: less on every run, all of it under `npm run test:full`. */

/** Whether full-size models and the slowest cases run too. */
export const isFullRun = process.env['SWINC_FULL'] === '1';

/** How many mutations of an input a test tries; a smaller number is quicker while one works on it. */
export function mutationCount(): number {
  const asked = process.env['SWINC_MUTATIONS'];
  if (asked === undefined) return 10_000;
  if (!/^[1-9][0-9]*$/.test(asked)) throw new Error(`SWINC_MUTATIONS is ${asked}, not a positive whole number`);
  return Number(asked);
}
