/** The kernels that work on rows (statistics, norms, pooling) against the reference. */

import { test } from 'uvu';
import type { ElementType } from '../../runtime/plan.ts';
import { check, hasHalves, randomValues, rounded } from './check.ts';
import { affine, type Constants, layerNorm, pool } from './reference.ts';

/** Rows of a workgroup. */
const norms = [
  { name: 'layer-norm-serial', tile: 16 },
  { name: 'layer-norm-workgroup', tile: 8 },
];
const elementTypes: readonly ElementType[] = hasHalves ? ['f32', 'f16'] : ['f32'];

const batch = 2;
const lengthOf = (constants: Constants) => (constants['ROWS'] ?? 0) * (constants['K'] ?? 0);
const groups = (constants: Constants, tile: number) => Math.ceil((batch * (constants['ROWS'] ?? 0)) / tile);

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

const pools = [
  ...[0, 1, 2].map((normalise) => ({ kernel: 'pool', tile: 32, constants: { NORMALISE: normalise } })),
  { kernel: 'pool-workgroup', tile: 256, constants: {} },
];
const pooled = [
  { ROWS: 11, K: 37 },
  { ROWS: 71, K: 300 },
];

for (const { kernel, tile, constants } of pools) {
  for (const [sizes, type] of pooled.flatMap((each) => elementTypes.map((other) => [each, other] as const))) {
    test(`${kernel} ${JSON.stringify(constants)} of ${sizes.ROWS} tokens, ${type}`, async () => {
      const given = { ...sizes, ...constants, EPSILON: 1e-5 };
      const x = rounded(
        randomValues(batch * lengthOf(sizes), 10, 3).map((value) => value + 30),
        type,
      );
      const rows = randomValues(2 * sizes.ROWS, 11);
      await check({
        kernel,
        constants: given,
        batch,
        types: { Input: type, Output: type },
        inputs: { x, rows },
        halves: type === 'f16' ? ['x'] : [],
        workgroups: [Math.ceil(sizes.K / tile), batch, 1],
        expected: pool({ NORMALISE: 1, ...given }, batch, x, rows),
        tolerance: type === 'f16' ? 1e-3 : 5e-6,
      });
    });
  }
}

test.run();
