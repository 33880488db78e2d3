import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointFileError } from '../../../compiler/weights/formats/checkpoint-file-error.ts';
import { readStrided } from '../../../compiler/weights/formats/strided.ts';

const test = suite('views of storages');

const data = Uint8Array.from({ length: 12 }, (_, index) => index);
const view = (offset: number, shape: readonly number[], strides: readonly number[], width = 1) => ({
  ...({ dtype: 'U8', width, data, offset, shape, strides } as const),
});

const copies: readonly (readonly [ReturnType<typeof view>, readonly number[]])[] = [
  [view(0, [3, 4], [4, 1]), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  [view(0, [4, 3], [1, 4]), [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]],
  [view(1, [2, 1, 2], [6, 99, 2]), [1, 3, 7, 9]],
  [view(5, [], []), [5]],
  [view(2, [2, 3], [1, 0]), [2, 2, 2, 3, 3, 3]],
  [view(1, [2], [2], 2), [2, 3, 6, 7]],
  [view(99, [0, 2 ** 53 - 1, 2 ** 53 - 1], [1, 1, 1]), []],
];

for (const [viewed, values] of copies) {
  test(`[${viewed.shape}] by [${viewed.strides}] from ${viewed.offset}`, () => {
    assert.equal([...readStrided(viewed, { left: 100 }).data], values);
  });
}

const faults: readonly (readonly [ReturnType<typeof view>, RegExp])[] = [
  [view(1, [3, 4], [4, 1]), /reaches beyond its storage of 12 values/],
  [view(0, [2], [12]), /beyond/],
  [view(12, [], []), /beyond/],
  [view(0, [7], [1], 2), /beyond its storage of 6 values/],
  [view(0, Array(64).fill(2 ** 52), Array(64).fill(2 ** 52)), /beyond/],
  [view(0, Array(64).fill(2 ** 52), Array(64).fill(0)), /beyond/],
  [view(0, [2 ** 30], [0]), /more memory than the file has: save it after \.contiguous\(\)/],
];

for (const [viewed, sentence] of faults) {
  test(`[${viewed.shape.slice(0, 3)}] by [${viewed.strides.slice(0, 3)}] from ${viewed.offset} is refused`, () => {
    assert.throws(
      () => readStrided(viewed, { left: 100 }),
      (error: unknown) => error instanceof CheckpointFileError && sentence.test(error.message),
    );
  });
}

test('copies share one budget', () => {
  const budget = { left: 20 };
  readStrided(view(0, [4, 3], [1, 4]), budget);
  assert.is(budget.left, 8);
  assert.throws(() => readStrided(view(0, [4, 3], [1, 4]), budget), /more memory/);
});

test.run();
