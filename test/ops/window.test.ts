/** What moves tokens, held against its definition in the references and not against our own formulas. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { relativePositionIndex, roll, shiftMask, windowMerge, windowPartition } from '../../compiler/ops/window.ts';

/** The region of each position, painted slice after slice as microsoft's code does. */
function paintedRegions(size: number, window: number, shift: number): readonly number[] {
  const regions = new Array<number>(size).fill(0);
  const slices = [
    [0, size - window],
    [size - window, size - shift],
    [size - shift, size],
  ] as const;
  for (const [region, [from, to]] of slices.entries()) regions.fill(region, from, to);
  return regions;
}

test('the mask parts each of the nine regions of a shifted grid from the others', () => {
  const grid = [8, 12] as const;
  const window = [4, 4] as const;
  const shift = [2, 1] as const;
  const mask = shiftMask.evaluate?.({}, { grid, window, shift });
  const rows = paintedRegions(grid[0], window[0], shift[0]);
  const columns = paintedRegions(grid[1], window[1], shift[1]);
  const seen = new Set<string>();
  for (let index = 0; index < 6; index++) {
    const region = (token: number) =>
      `${rows[Math.floor(index / 3) * 4 + Math.floor(token / 4)]},${columns[(index % 3) * 4 + (token % 4)]}`;
    for (let i = 0; i < 16; i++) {
      seen.add(region(i));
      for (let j = 0; j < 16; j++) {
        assert.is(mask?.data[(index * 16 + i) * 16 + j], region(i) === region(j) ? 0 : -100, `${index} ${i} ${j}`);
      }
    }
  }
  assert.is(seen.size, 9);
});

test('a dimension that does not shift has one region', () => {
  const mask = shiftMask.evaluate?.({}, { grid: [4, 4], window: [4, 2], shift: [0, 1] });
  const first = mask?.data.subarray(0, 64);
  assert.ok(first?.every((value) => value === 0));
  assert.is(mask?.data[64 + 1], -100);
});

test('rolling moves tokens as torch.roll does', () => {
  const data = Float64Array.from({ length: 6 }, (_, index) => index);
  const rolled = roll.evaluate?.({ x: { dims: [1, 2, 3, 1], data } }, { by: [1, -1] });
  assert.equal([...(rolled?.data ?? [])], [4, 5, 3, 1, 2, 0]);
});

test('merging windows undoes partitioning', () => {
  const x = { dims: [2, 4, 6, 3], data: Float64Array.from({ length: 144 }, (_, index) => index) };
  const windows = windowPartition.evaluate?.({ x }, { window: [2, 3] });
  assert.equal(windows?.dims, [2, 4, 6, 3]);
  assert.equal(
    [...(windows?.data.subarray(0, 18) ?? [])].filter((_, index) => index % 3 === 0),
    [0, 3, 6, 18, 21, 24],
  );
  if (!windows) return;
  assert.equal(windowMerge.evaluate?.({ x: windows }, { window: [2, 3], grid: [4, 6] }), x);
});

test('the relative position index has the query’s row slowest', () => {
  const window = [2, 3] as const;
  assert.is(relativePositionIndex(0, 0, window), 7);
  assert.is(relativePositionIndex(0, 5, window), 0);
  assert.is(relativePositionIndex(5, 0, window), 14);
  assert.is(relativePositionIndex(0, 1, window), 6);
  assert.is(relativePositionIndex(3, 0, window), 12);
});

test.run();
