import type { LatencyChange, LatencyStatistics } from '../../diff/difference.ts';
import { spellPercentage } from '../../diff/figures.ts';
import { milliseconds } from '../numbers.ts';
import type { Colours } from '../output.ts';

/** `~` says that the difference may be chance. */
export function latencyLines(
  { adapter, from, to, p, significant }: LatencyChange,
  colours: Colours,
): readonly string[] {
  const difference = significant ? spellPercentage({ from: from.median, to: to.median }) : '~';
  const runs = `${from.samples.length} and ${to.samples.length} runs, p = ${p.toFixed(3)}`;
  return [
    `${colours.bold('latency')}  on ${adapter}`,
    `  ${spell(from)} → ${spell(to)}  ${colours.bold(difference)}  ${colours.dim(runs)}`,
  ];
}

function spell({ median, interval: [low, high] }: LatencyStatistics): string {
  return `${milliseconds(median)} (${milliseconds(low)} to ${milliseconds(high)})`;
}
