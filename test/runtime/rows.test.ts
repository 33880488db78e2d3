/** The kernels that work on rows (statistics, norms, pooling) against the reference. */

import { test } from 'uvu';
import type { ElementType } from '../../runtime/plan.ts';
import { check, hasHalves, randomValues, rounded } from './check.ts';
import { affine, type Constants, layerNorm, pool, rowStatistics } from './reference.ts';

/** Rows of a workgroup. */
const statistics = [
  { name: 'row-statistics-serial', tile: 16 },
  { name: 'row-statistics-workgroup', tile: 8 },
];
const norms = [
  { name: 'layer-norm-serial', tile: 16 },
  { name: 'layer-norm-workgroup', tile: 8 },
];
const elementTypes: readonly ElementType[] = hasHalves ? ['f32', 'f16'] : ['f32'];

interface Sample {
  readonly title: string;
  readonly constants: Constants;
  readonly imageLength?: number;
}

const grid = { ROWS: 12, K: 20, HEIGHT: 6, WIDTH: 8, CHANNELS: 5, SOURCE: 1, EPSILON: 1e-5 };

const gathered: readonly Sample[] = [
  { title: 'rows', constants: { ROWS: 19, K: 37, EPSILON: 1e-5 } },
  { title: 'a large epsilon', constants: { ROWS: 5, K: 8, EPSILON: 0.5 } },
  {
    title: 'rolled rows',
    constants: { ROWS: 15, K: 9, HEIGHT: 3, WIDTH: 5, ROLL_HEIGHT: 2, ROLL_WIDTH: 3, EPSILON: 1e-5 },
  },
  { title: 'merging', constants: grid, imageLength: 6 * 8 * 5 },
  { title: 'merging an odd grid', constants: { ...grid, HEIGHT: 5, WIDTH: 7 }, imageLength: 5 * 7 * 5 },
  {
    title: 'merging a rolled odd grid',
    constants: { ...grid, HEIGHT: 5, ROLL_HEIGHT: 1, ROLL_WIDTH: 6 },
    imageLength: 5 * 8 * 5,
  },
];

const batch = 2;
const lengthOf = (constants: Constants) => (constants['ROWS'] ?? 0) * (constants['K'] ?? 0);
const groups = (constants: Constants, tile: number) => Math.ceil((batch * (constants['ROWS'] ?? 0)) / tile);

for (const kernel of statistics) {
  for (const { title, constants, imageLength } of gathered) {
    for (const type of elementTypes) {
      test(`${kernel.name}: ${title}, ${type}`, async () => {
        const x = rounded(randomValues(batch * (imageLength ?? lengthOf(constants)), 1, 3), type);
        await check({
          kernel: kernel.name,
          constants,
          batch,
          types: { Input: type },
          inputs: { x },
          halves: type === 'f16' ? ['x'] : [],
          workgroups: [groups(constants, kernel.tile), 1, 1],
          expected: rowStatistics(constants, batch, x),
          tolerance: 2e-6,
        });
      });
    }
  }

  test(`${kernel.name}: a mean a hundred times the deviation`, async () => {
    const constants = { ROWS: 3, K: 96, EPSILON: 1e-5 };
    const x = randomValues(batch * lengthOf(constants), 2, 1.7).map((value) => value + 100);
    const expected = rowStatistics(constants, batch, x);
    const workgroups = [groups(constants, kernel.tile), 1, 1] as const;
    await check({ kernel: kernel.name, constants, batch, inputs: { x }, workgroups, expected, tolerance: 5e-6 });
  });
}

/** Of the rows of a norm: a grid of 3 x 5, whose residual stands where a roll put it. */
const residuals: readonly { readonly title: string; readonly constants: Constants }[] = [
  { title: 'alone', constants: {} },
  { title: 'with a residual', constants: { RESIDUAL: 1 } },
  { title: 'with a rolled residual', constants: { RESIDUAL: 1, RESIDUAL_ROLL_HEIGHT: 2, RESIDUAL_ROLL_WIDTH: 3 } },
];
const normGrid = { ROWS: 15, OUTPUT_HEIGHT: 3, OUTPUT_WIDTH: 5 };

for (const kernel of norms) {
  for (const [affinity, residual] of [0, 1].flatMap((each) => residuals.map((other) => [each, other] as const))) {
    for (const type of elementTypes) {
      test(`${kernel.name}: affine ${affinity}, ${residual.title}, ${type}`, async () => {
        const constants = { ...normGrid, K: 44, EPSILON: 1e-6, AFFINE: affinity, ...residual.constants };
        const inputs = {
          x: rounded(randomValues(batch * lengthOf(constants), 3, 3), type),
          weight: randomValues(44, 4),
          bias: randomValues(44, 5),
          residual: rounded(randomValues(batch * lengthOf(constants), 12, 3), type),
        };
        await check({
          kernel: kernel.name,
          constants,
          batch,
          types: { Input: type, Output: type },
          inputs,
          halves: type === 'f16' ? ['x', 'residual'] : [],
          workgroups: [groups(constants, kernel.tile), 1, 1],
          expected: layerNorm(constants, batch, inputs),
          tolerance: type === 'f16' ? 1e-3 : 2e-6,
        });
      });
    }
  }

  test(`${kernel.name}: a mean of 100, and a channel a thousand times the others`, async () => {
    const constants = { ROWS: 6, K: 96, EPSILON: 1e-5, AFFINE: 0 };
    const x = randomValues(batch * lengthOf(constants), 6).map((value, index) =>
      index < lengthOf(constants) ? value + 100 : value * (index % 96 === 7 ? 1000 : 1),
    );
    const expected = layerNorm(constants, batch, { x, weight: [], bias: [], residual: [] });
    const workgroups = [groups(constants, kernel.tile), 1, 1] as const;
    await check({ kernel: kernel.name, constants, batch, inputs: { x }, workgroups, expected, tolerance: 1e-5 });
  });
}

for (const [per, residual] of [0, 1].flatMap((each) => residuals.map((other) => [each, other] as const))) {
  for (const type of elementTypes) {
    test(`affine per ${per === 0 ? 'channel' : 'token'}, ${residual.title}, ${type}`, async () => {
      const constants = { ...normGrid, K: 21, PER: per, ...residual.constants };
      const inputs = {
        x: rounded(randomValues(batch * lengthOf(constants), 7, 3), type),
        scale: randomValues(21, 8),
        shift: randomValues(21, 9),
        residual: rounded(randomValues(batch * lengthOf(constants), 12, 3), type),
      };
      await check({
        kernel: 'affine',
        constants,
        batch,
        types: { Input: type, Output: type },
        inputs,
        halves: type === 'f16' ? ['x', 'residual'] : [],
        workgroups: [Math.ceil(21 / 16), groups(constants, 4), 1],
        expected: affine(constants, batch, inputs),
        tolerance: type === 'f16' ? 1e-3 : 1e-6,
      });
    });
  }
}

for (const normalise of [0, 1, 2]) {
  for (const type of elementTypes) {
    test(`pool, normalise ${normalise}, ${type}`, async () => {
      const constants = { ROWS: 11, K: 37, NORMALISE: normalise };
      const x = rounded(randomValues(batch * lengthOf(constants), 10, 3), type);
      const rows = randomValues(2 * 11 * batch, 11);
      await check({
        kernel: 'pool',
        constants,
        batch,
        types: { Input: type, Output: type },
        inputs: { x, rows },
        halves: type === 'f16' ? ['x'] : [],
        workgroups: [Math.ceil(37 / 32), batch, 1],
        expected: pool(constants, batch, x, rows),
        tolerance: type === 'f16' ? 1e-3 : 1e-6,
      });
    });
  }
}

test.run();
