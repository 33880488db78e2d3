/**
 * Writes out the loops that a kernel marks. A GPU's driver that leaves a loop be also leaves the arrays that it indexes in
 * memory, and waits for each load before the next.
 */

import { constantValue } from './shader-constants.ts';

/**
 * `for (var i = 0u; i < BOUND; i++) { // unrolled`, with its indentation, or `// once if CONDITION`: then there is one turn
 * if the condition over the kernel's constants holds, and else as many as there happen to be.
 */
const HEADER = /^( *)for \(var (\w+) = 0u; \2 < ([^;]+); \2\+\+\) \{ \/\/ (?:unrolled|once if (.+))$/m;

/** Loops of more turns stay loops: drivers would take seconds for their text. */
const MOST_TURNS = 32;

/** Each marked loop as its body once for each turn, in which the counter is a constant; the bound is one of the text. */
export function unroll(name: string, source: string): string {
  return expand(source, (bound) => constantValue({ name, source }, {}, bound));
}

function expand(text: string, evaluate: (bound: string) => number): string {
  const found = HEADER.exec(text);
  if (found === null) return text;
  const [header, indent = '', counter = '', bound = '', condition] = found;
  const start = found.index + header.length;
  const length = text.slice(start).indexOf(`\n${indent}}\n`);
  if (length < 0) throw new RangeError(`the loop over ${counter} does not end where its indentation does`);
  const body = expand(text.slice(start, start + length + 1), evaluate);
  const turns = condition === undefined ? evaluate(bound) : evaluate(condition) === 1 ? 1 : Number.POSITIVE_INFINITY;
  const turn = (index: number): string => `${indent}{ const ${counter} = ${index}u;${body}${indent}}`;
  const written =
    turns > MOST_TURNS ? `${header.replace(/ \/\/ .*$/, '')}${body}${indent}}` : range(turns).map(turn).join('\n');
  return `${text.slice(0, found.index)}${written}${expand(text.slice(start + length + indent.length + 2), evaluate)}`;
}

const range = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);
