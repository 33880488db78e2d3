/** `swinc diff` for a terminal: what changed, and how much else is the same. */
import type { Difference, Side, Verdict } from '../../diff/difference.ts';
import type { Colours } from '../output.ts';
import { costLines } from './costs.ts';
import { fieldLines } from './fields.ts';
import { latencyLines } from './latency.ts';
import type { TextOptions } from './options.ts';
import { planLines } from './plan.ts';
import { weightLines } from './weights.ts';

export function printDifference(difference: Difference, options: TextOptions): string {
  const { latency } = difference;
  const sections = [
    titleLines(difference, options.colours),
    fieldLines(difference, options),
    costLines(difference.derived, options),
    weightLines(difference.weights, options),
    planLines(difference.plan, options),
    ...(latency === undefined ? [] : [latencyLines(latency, options.colours)]),
    [`${colourOf(difference.verdict, options.colours)(difference.verdict)}  ${difference.meaning}`],
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

/** The further apart, the warmer. */
export function colourOf(verdict: Verdict, { bold, green, cyan, yellow, magenta, red }: Colours) {
  const colour = { IDENTICAL: green, PLAN: cyan, LOADABLE: yellow, RETRAIN: magenta, INTERFACE: red }[verdict];
  return (text: string): string => bold(colour(text));
}

function titleLines({ a, b }: Difference, { bold, dim }: Colours): readonly string[] {
  const typed = ({ model, elementType }: Side): string =>
    a.elementType === b.elementType ? model : `${model} in ${elementType}`;
  return [bold(`${typed(a)} → ${typed(b)}`), dim(`A  ${a.operand}`), dim(`B  ${b.operand}`)];
}
