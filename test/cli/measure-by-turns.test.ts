import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measureByTurns } from '../../compiler/cli/measure-by-turns.ts';

const test = suite('measuring by turns');

async function turnsOf(milliseconds: number) {
  const log: string[] = [];
  const counts: number[] = [];
  const turn = (name: string) => async () => {
    log.push(name);
  };
  const budget = { milliseconds, warmUp: 0, onSamples: (count: number) => counts.push(count) };
  const { walls: samples, processor } = await measureByTurns({ a: turn('a'), b: turn('b') }, budget);
  return { log: log.join(''), samples, processor, counts };
}

test('without time, ten samples of each, A B B A after a warm-up', async () => {
  const { log, samples, processor, counts } = await turnsOf(0);
  assert.is(log, `abab${'abba'.repeat(5)}`);
  assert.equal([samples.a.length, samples.b.length], [10, 10]);
  assert.equal([processor.a.length, processor.b.length], [10, 10]);
  assert.equal(counts, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const time of [...samples.a, ...samples.b]) assert.ok(time >= 0);
});

test('with all the time there is, a hundred of each', async () => {
  const { log, samples } = await turnsOf(Number.POSITIVE_INFINITY);
  assert.is(log, `abab${'abba'.repeat(50)}`);
  assert.equal([samples.a.length, samples.b.length], [100, 100]);
});

test('what fails is not measured', async () => {
  const turns = { a: async () => undefined, b: () => Promise.reject(new Error('lost')) };
  await measureByTurns(turns, { milliseconds: 0 }).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'lost'),
  );
});

test.run();
