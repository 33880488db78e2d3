import type { LatencyChange, LatencyStatistics, TimeChange } from '../../diff/difference.ts';
import { spellRatio } from '../../diff/latency.ts';
import { milliseconds } from '../../report/units.ts';
import type { Colours } from '../output.ts';

/** `~` says that the difference may be chance. */
export function latencyLines({ adapter, processor, ...wall }: LatencyChange, colours: Colours): readonly string[] {
  const line = (change: TimeChange, note: string): string => {
    const { from, to, p } = change;
    const runs = `${from.samples.length} and ${to.samples.length} runs, p = ${p.toFixed(3)}${note}`;
    return `  ${spell(from)} → ${spell(to)}  ${colours.bold(spellRatio(change))}  ${colours.dim(runs)}`;
  };
  return [
    `${colours.bold('latency')}  on ${adapter}`,
    line(wall, ''),
    ...(processor === undefined ? [] : [line(processor, ', of the processor')]),
  ];
}

function spell({ median, interval: [low, high] }: LatencyStatistics): string {
  return `${milliseconds(median)} (${milliseconds(low)} to ${milliseconds(high)})`;
}
