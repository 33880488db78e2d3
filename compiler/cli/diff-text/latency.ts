import type { LatencyChange, LatencyStatistics } from '../../diff/difference.ts';
import { spellRatio } from '../../diff/latency.ts';
import { milliseconds } from '../../report/units.ts';
import type { Colours } from '../output.ts';

/** `~` says that the difference may be chance. */
export function latencyLines(latency: LatencyChange, colours: Colours): readonly string[] {
  const { adapter, from, to, p } = latency;
  const runs = `${from.samples.length} and ${to.samples.length} runs, p = ${p.toFixed(3)}`;
  return [
    `${colours.bold('latency')}  on ${adapter}`,
    `  ${spell(from)} → ${spell(to)}  ${colours.bold(spellRatio(latency))}  ${colours.dim(runs)}`,
  ];
}

function spell({ median, interval: [low, high] }: LatencyStatistics): string {
  return `${milliseconds(median)} (${milliseconds(low)} to ${milliseconds(high)})`;
}
