/** Differences for the tests of renderings: real ones, and what they become when every text in them is hostile. */

import { diff } from '../../compiler/diff/diff.ts';
import type { Difference, TensorChange } from '../../compiler/diff/difference.ts';
import { compareLatency } from '../../compiler/diff/latency.ts';
import { heir, small, specSubject } from './subjects.ts';

/** Planning models of full size takes a while. */
function once(make: () => Difference): () => Difference {
  let made: Difference | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

export const swinToFree = once(() => diff(specSubject('swin-b.swin'), specSubject('swin-free-b.swin')));

export const swinToFreeBr = once(() =>
  diff(specSubject('swin-b.swin'), specSubject('swin-free-br-dr.swin', 'swin-free-b-br-dr12')),
);

const latency = compareLatency('a test', {
  a: [10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
  b: [20.5, 21, 22, 23, 24, 25, 26, 27, 28, 29],
});

/** With something in every section: fields, stages that only one has, paddings, all fates, kernels, latency. */
export const various = once(() => ({
  ...diff(
    small(),
    heir(
      'various',
      [
        'input = image(36, 44, 3)',
        'depths = [2, 2, 1]',
        'heads = [2, 4, 8]',
        'pad = after-shift',
        'norm = batch(per: token)',
        'stage 1 { depth = 4; window = cycle(4, 8); shift = cycle(0, 1, 2, 3) }'.replaceAll('; ', '\n'),
      ],
      'f16',
    ),
  ),
  latency,
}));

/** These decide what is rendered and are no texts. */
const keywords: readonly string[] = ['formatVersion', 'verdict', 'pad', 'class', 'elementType'];

/** Every other text of a value, and every name in its records of constants, replaced. */
export function withTexts<Value>(value: Value, text: string): Value {
  return JSON.parse(
    JSON.stringify(value, (key, leaf: unknown) => (typeof leaf === 'string' && !keywords.includes(key) ? text : leaf)),
  );
}

/** With so many tensors of every fate, each with a long name. */
export function withTensors(difference: Difference, count: number): Difference {
  const side = { shape: [1024, 1024], role: 'weight of linear', extent: null };
  const tensors = Array.from({ length: count }, (_, index): TensorChange => {
    const name = `layers.${index}.${'long.'.repeat(40)}weight`;
    return { name, stage: 1 + (index % 4), from: side, to: side, reason: `${index} in A, ${index + 1} in B` };
  });
  const group = { count, tensors };
  const weights = { carry: group, interpolate: group, new: group, dropped: group, notTransferable: group };
  return { ...difference, weights };
}
