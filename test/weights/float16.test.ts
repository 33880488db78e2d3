import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHalf, fromHalves, toHalf, toHalves } from '../../runtime/float16.ts';

const test = suite('float16');

const infinity = 0x7c00;
const allHalves = Uint16Array.from({ length: 65536 }, (_, half) => half);

/** The definition in IEEE 754, exact in double precision. */
function numberOf(half: number): number {
  const sign = half < 0x8000 ? 1 : -1;
  const exponent = (half >> 10) & 31;
  const fraction = (half & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

test('every half has the value that the standard gives it', () => {
  const values = fromHalves(allHalves);
  for (const half of allHalves) assert.ok(Object.is(values[half], numberOf(half)), `half ${half}`);
});

test('every half but the NaNs survives the way to float32 and back', () => {
  const back = toHalves(fromHalves(allHalves));
  for (const half of allHalves) {
    if (Number.isNaN(numberOf(half))) assert.ok(Number.isNaN(numberOf(back[half] ?? 0)), `half ${half}`);
    else assert.is(back[half], half);
  }
});

test('a value between two halves goes to the nearer, and to the even one from the middle', () => {
  for (let half = 0; half < infinity - 1; half++) {
    const [low, high] = [numberOf(half), numberOf(half + 1)];
    const middle = (low + high) / 2;
    const even = half % 2 === 0 ? half : half + 1;
    assert.is(toHalf(middle), even);
    assert.is(toHalf(-middle), even | 0x8000);
    assert.is(toHalf(low + (high - low) * 0.49), half);
    assert.is(toHalf(low + (high - low) * 0.51), half + 1);
  }
});

test('the ends of the range', () => {
  assert.is(toHalf(65519.996), 0x7bff);
  assert.is(toHalf(65520), infinity);
  assert.is(toHalf(1e30), infinity);
  assert.is(toHalf(Number.NEGATIVE_INFINITY), infinity | 0x8000);
  assert.is(toHalf(2 ** -25), 0);
  assert.is(toHalf(2 ** -25 * 1.001), 1);
  assert.is(toHalf(-0), 0x8000);
  assert.ok(Number.isNaN(fromHalf(toHalf(Number.NaN))));
});

test.run();
