import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Axis, paddedLength, segmentsOf } from '../../compiler/diff/page/segments.ts';

const test = suite('segments of a dimension');

interface Token {
  /** Undefined for padding. */
  readonly token: number | undefined;
  readonly window: number;
  readonly region: number;
}

/** As the references do it, step by step: pad and roll in either order, cut, and number a mask's three slices. */
function reference({ length, window, shift, pad }: Axis): readonly Token[] {
  const padding = Array.from({ length: paddedLength({ length, window }) - length }, () => undefined);
  const tokens = Array.from({ length }, (_, index): number | undefined => index);
  const roll = (values: readonly (number | undefined)[]) => [...values.slice(shift), ...values.slice(0, shift)];
  const rolled = pad === 'after-shift' ? [...roll(tokens), ...padding] : roll([...tokens, ...padding]);
  return rolled.map((token, index) => {
    const slice = index < rolled.length - window ? 0 : index < rolled.length - shift ? 1 : 2;
    return { token, window: Math.floor(index / window), region: shift === 0 ? 0 : slice };
  });
}

function* axes(): Generator<Axis> {
  for (let length = 1; length <= 12; length++) {
    for (let window = 1; window <= length + 2; window++) {
      for (let shift = 0; shift < Math.min(window, length); shift++) {
        const isWhole = length % window === 0;
        for (const pad of isWhole ? (['error'] as const) : (['before-shift', 'after-shift'] as const)) {
          yield { length, window, shift, pad };
        }
      }
    }
  }
}

test('tokens of a segment attend to each other, and a part has others of its window masked from it', () => {
  for (const axis of axes()) {
    const name = JSON.stringify(axis);
    const segments = segmentsOf(axis);
    const tokens = reference(axis).filter(({ token }) => token !== undefined);
    assert.is(segments[0]?.start, 0, name);
    assert.is(segments.at(-1)?.end, paddedLength(axis), name);
    for (const [index, { start, end, isPart }] of segments.entries()) {
      assert.is(start, segments[index - 1]?.end ?? 0, name);
      const own = tokens.filter(({ token = -1 }) => token >= start && token < end);
      assert.is(new Set(own.map(({ window, region }) => `${window} ${region}`)).size <= 1, true, name);
      const masked = tokens.filter(({ window, region }) => window === own[0]?.window && region !== own[0]?.region);
      if (own.length > 0) assert.is(isPart, masked.length > 0, name);
    }
  }
});

test('neighbours that attend to each other are in one segment', () => {
  for (const axis of axes()) {
    const places = new Map(reference(axis).map(({ token, ...place }) => [token, JSON.stringify(place)]));
    const starts = new Set(segmentsOf(axis).map(({ start }) => start));
    for (let token = 1; token < axis.length; token++) {
      assert.is(starts.has(token), places.get(token) !== places.get(token - 1), JSON.stringify(axis));
    }
  }
});

test('the shifted windows of the paper: strips of 3 and 4 tokens at the edges', () => {
  assert.equal(segmentsOf({ length: 14, window: 7, shift: 3, pad: 'error' }), [
    { start: 0, end: 3, window: 1, isPart: true },
    { start: 3, end: 10, window: 0, isPart: false },
    { start: 10, end: 14, window: 1, isPart: true },
  ]);
});

test.run();
