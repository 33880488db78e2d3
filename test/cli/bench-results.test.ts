/** From samples to what is told of them: turns, guard, results. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { disagreements } from '../../compiler/cli/bench/guard.ts';
import { resultsOf } from '../../compiler/cli/bench/result.ts';
import { takeTurns } from '../../compiler/cli/bench/take-turns.ts';

test('turns go there and back', async () => {
  const log: string[] = [];
  const rounds: number[] = [];
  const samples = await takeTurns(
    ['a', 'b', 'c'].map((name) => async () => {
      log.push(name);
    }),
    { isEnough: ({ samples: count }) => count >= 3, onRound: (count) => rounds.push(count) },
  );
  assert.is(log.join(''), 'abccbaabc');
  assert.equal(rounds, [1, 2, 3]);
  assert.ok(samples.every((each) => each.length === 3 && each.every(({ milliseconds }) => milliseconds >= 0)));
});

test('one that is slow stops alone', async () => {
  const slow = () => new Promise((resolve) => setTimeout(resolve, 20));
  const [fast, late] = await takeTurns([async () => undefined, slow], {
    isEnough: ({ samples, spent }) => samples >= 5 || (samples >= 2 && spent >= 20),
  });
  assert.equal([fast?.length, late?.length], [5, 2]);
});

const subject = { model: 'm', macs: 4e9, parameters: 7, batch: 2, dtype: 'f32' } as const;
const samplesOf = (...times: readonly number[]) =>
  times.map((milliseconds) => ({ milliseconds, processor: 2 * milliseconds }));

test('a ratio is the median of swinc over that of the engine', () => {
  const gpu = [{ clock: 'timestamps', spans: [{ start: 0, end: 3 }] }] as const;
  const [own, peer] = resultsOf(subject, [
    { engine: 'swinc', samples: samplesOf(4, 6, 5), gpu },
    { engine: 'ort-cpu', samples: samplesOf(10, 9, 30, 11), gpu: [] },
  ]);
  assert.equal(own, {
    model: 'm',
    engine: 'swinc',
    batch: 2,
    dtype: 'f32',
    medianMs: 5,
    intervalMs: [4, 6],
    samples: 3,
    ratio: 1,
    ratioInterval: [1, 1],
    gpuMs: 3,
    gpuIntervalMs: [3, 3],
    processorMs: 10,
    processorRatio: 1,
    macs: 4e9,
    parameters: 7,
    sampleMs: [4, 6, 5],
  });
  assert.equal([peer?.medianMs, peer?.intervalMs, peer?.samples], [10.5, [9, 30], 4]);
  assert.equal([peer?.ratio, peer?.processorRatio, peer?.gpuMs], [5 / 10.5, 10 / 21, null]);
  const [low = 0, high = 0] = peer?.ratioInterval ?? [];
  assert.ok(low <= 5 / 10.5 && 5 / 10.5 <= high);
});

test('without swinc there is no ratio', () => {
  const [only] = resultsOf(subject, [{ engine: 'ort-cpu', samples: samplesOf(1, 2, 3), gpu: [] }]);
  assert.equal([only?.ratio, only?.ratioInterval, only?.processorRatio], [null, null, null]);
});

const answer = (engine: string, ...logits: readonly number[]) => ({ engine, logits: Float32Array.from(logits) });
const own = answer('swinc', 1, -2, 0.5);

const answers: readonly { readonly title: string; readonly peer: typeof own; readonly said: RegExp | undefined }[] = [
  { title: 'equal', peer: answer('ort-cpu', 1, -2, 0.5), said: undefined },
  { title: 'rounded', peer: answer('ort-cpu', 1.001, -2, 0.5), said: undefined },
  {
    title: 'different',
    peer: answer('ort-cpu', 1.1, -2, 0.5),
    said: /^ort-cpu answers otherwise than swinc: by 5\.0e-2/,
  },
  { title: 'no number', peer: answer('ort-cpu', Number.NaN, -2, 0.5), said: /by Infinity/ },
  { title: 'of another length', peer: answer('ort-cpu', 1), said: /^ort-cpu answers 1 values, and swinc 3$/ },
  { title: 'of a file', peer: answer('onnx:x@cpu', 0, 0, 0), said: /as it must if that file has other weights: by/ },
];

for (const { title, peer, said } of answers) {
  test(`logits that are ${title}`, () => {
    const sentences = disagreements([own, peer], 'f32');
    assert.is(sentences.length, said === undefined ? 0 : 1);
    if (said !== undefined) assert.match(sentences[0] ?? '', said);
  });
}

test('halves may differ more', () => {
  assert.is(disagreements([own, answer('ort-cpu', 1.09, -2, 0.5)], 'f16').length, 0);
  assert.is(disagreements([own, answer('ort-cpu', 1.2, -2, 0.5)], 'f16').length, 1);
});

test.run();
