import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { activationFunctions, errorFunction } from '../../compiler/ops/activation.ts';

/** To 16 digits, from tables of the error function. */
const table = [
  [0.1, 0.1124629160182849],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [1.5, 0.966105146475311],
  [2, 0.9953222650189527],
  [2.5, 0.999593047982555],
  [3, 0.9999779095030014],
  [4, 0.9999999845827421],
] as const;

test('the error function is exact to float64, and odd', () => {
  for (const [x, expected] of table) {
    assert.ok(Math.abs(errorFunction(x) - expected) < 4e-16, `erf(${x})`);
    assert.is(errorFunction(-x), -errorFunction(x));
  }
  assert.is(errorFunction(0), 0);
  assert.is(errorFunction(40), 1);
});

test('exact and approximate GELU are two functions', () => {
  const difference = Math.abs(activationFunctions.gelu(2) - activationFunctions['gelu-tanh'](2));
  assert.ok(difference > 5e-5 && difference < 2e-4, String(difference));
});

test('SiLU and ReLU are what they are called', () => {
  assert.is(activationFunctions.relu(-1), 0);
  assert.is(activationFunctions.silu(0), 0);
  assert.ok(Math.abs(activationFunctions.silu(1) - 0.7310585786300049) < 1e-15);
});

test.run();
