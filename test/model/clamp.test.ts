import assert from 'node:assert/strict';
import { test } from 'uvu';
import { type ClampRule, clamp } from '../../compiler/model/clamp.ts';

/** `window/shift` of a block that asks for `window` and half of it, on a grid. */
function check(rule: ClampRule, window: [number, number], grid: [number, number], expected: string): void {
  const [height, width] = window;
  const block = {
    window: { height, width },
    shift: { height: Math.floor(height / 2), width: Math.floor(width / 2) },
  };
  const clamped = clamp(rule, block, { height: grid[0], width: grid[1] });
  const spelt = `${clamped.window.height}x${clamped.window.width}/${clamped.shift.height}x${clamped.shift.width}`;
  assert.equal(spelt, expected, `${rule}: ${window} on ${grid}`);
}

test('the rules agree on square grids that the window divides', () => {
  for (const rule of ['on', 'both', 'off', 'error'] as const) {
    check(rule, [7, 7], [56, 56], '7x7/3x3');
    check(rule, [7, 7], [7, 7], '7x7/0x0');
  }
});

test('on: each dimension by itself, as timm', () => {
  check('on', [8, 8], [4, 4], '4x4/0x0');
  check('on', [4, 4], [4, 8], '4x4/0x2');
  check('on', [4, 8], [8, 8], '4x8/2x0');
  check('on', [8, 8], [6, 12], '6x8/0x4');
});

test('both: the shorter side decides for both, as microsoft', () => {
  check('both', [4, 4], [4, 8], '4x4/0x0');
  check('both', [8, 8], [6, 12], '6x6/0x0');
  check('both', [8, 8], [12, 6], '6x6/0x0');
  check('both', [4, 4], [8, 16], '4x4/2x2');
  check('both', [4, 16], [8, 8], '8x8/0x0');
});

test('off: the window stays and the grid is padded, as torchvision', () => {
  check('off', [8, 8], [6, 6], '8x8/0x0');
  check('off', [4, 4], [9, 11], '4x4/2x2');
  check('off', [8, 8], [9, 6], '8x8/4x0');
  check('off', [8, 8], [12, 8], '8x8/4x0');
});

test.run();
