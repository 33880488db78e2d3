import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { softmax, topClasses } from '../../runtime/classification.ts';

const test = suite('classification');

test('probabilities sum to one, however large the logits', () => {
  const scores = softmax(Float32Array.of(1e30, 1e30, -1e30));
  assert.equal([...scores], [0.5, 0.5, 0]);
});

test('the likeliest come first, equals by index, and no more than there are', () => {
  const logits = Float32Array.of(0, Math.log(2), 0, Math.log(4));
  assert.equal(
    topClasses(logits, 3).map(({ index }) => index),
    [3, 1, 0],
  );
  assert.is(topClasses(logits, 9).length, 4);
  assert.ok(Math.abs((topClasses(logits, 1)[0]?.score ?? 0) - 0.5) < 1e-6);
});

test.run();
