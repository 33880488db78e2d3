/** `swinc compile --explain`: what each law did, where, and what it saved. */

import type { Planned } from '../compile.ts';
import { eagerCost } from '../graph/cost.ts';
import type { Scope } from '../graph/node.ts';
import { type Explanation, passes } from '../passes/index.ts';
import { planTraffic } from '../plan/lower.ts';
import { byteCount } from '../report/units.ts';

const legend = 'Places are STAGE.BLOCK: stages count from 1, blocks from 0.';

export function explain({ naive, plan, explanations }: Planned): string {
  const sections = passes.map(({ name }) => explainPass(name, explanations));
  const before = eagerCost(naive);
  // Savings are counted in f32; what the plan moves is what its buffers hold.
  const inType = plan.elementType === 'f32' ? '' : ` in ${plan.elementType}`;
  const totals = [
    `as drawn: ${before.dispatches} dispatches, ${byteCount(before.bytes)} read and written an image`,
    `as planned: ${plan.dispatches.length} dispatches, ${byteCount(planTraffic(plan))} read and written an image${inType}`,
  ];
  return [legend, ...sections, totals.join('\n')].join('\n\n');
}

function explainPass(pass: string, explanations: readonly Explanation[]): string {
  const own = explanations.filter((explanation) => explanation.pass === pass);
  if (own.length === 0) return `${pass}: nothing to do`;
  return [`${pass}:`, ...own.flatMap(explainLaw)].join('\n');
}

function explainLaw({ law, places, saved }: Explanation): readonly string[] {
  const count = `${places.length} ${places.length === 1 ? 'place' : 'places'}`;
  return [`  ${law}`, `    ${count}: ${listPlaces(places)}`, `    ${describeSavings(saved)}`];
}

/** A law that pays only through a later one may cost something itself. */
function describeSavings({ dispatches, bytes }: Explanation['saved']): string {
  const count = `${dispatches} ${dispatches === 1 ? 'dispatch' : 'dispatches'}`;
  if (bytes < 0) return `saves ${count}; ${byteCount(-bytes)} more read and written an image`;
  return `saves ${count}, ${byteCount(bytes)} an image`;
}

/** Stages count from 1, blocks from 0: `3.0-17` is the blocks 0 to 17 of stage 3. */
function listPlaces(places: readonly (Scope | undefined)[]): string {
  const byStage = new Map<string, (number | undefined)[]>();
  for (const place of places) {
    const stage = place === undefined ? 'outside of the stages' : String(place.stage);
    byStage.set(stage, [...(byStage.get(stage) ?? []), place?.block]);
  }
  return [...byStage].flatMap(([stage, blocks]) => describeStage(stage, blocks)).join(', ');
}

function describeStage(stage: string, blocks: readonly (number | undefined)[]): readonly string[] {
  const runs: { first: number; last: number }[] = [];
  const numbers = new Set(blocks.flatMap((block) => block ?? []));
  for (const block of [...numbers].sort((left, right) => left - right)) {
    const run = runs.at(-1);
    if (run?.last === block - 1) run.last = block;
    else runs.push({ first: block, last: block });
  }
  const whole = blocks.includes(undefined) ? [/^\d/.test(stage) ? `stage ${stage}` : stage] : [];
  return [...runs.map(({ first, last }) => `${stage}.${first === last ? first : `${first}-${last}`}`), ...whole];
}
