import assert from 'node:assert/strict';
import { test } from 'uvu';
import { evaluateAssertions } from '../../compiler/model/assertions/evaluate.ts';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import { allModels, resolve } from '../../compiler/model/resolve.ts';
import { closedForm } from '../support/closed-form.ts';

/** What is said of `assert TEXT` in a model of two stages with 35_366 parameters. */
function judge(text: string, memory?: number): readonly string[] {
  const source = `swin 1
model a {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = [4, 8]
  assert ${text}
}
`;
  const { value, diagnostics } = resolve('a.swin', memoryHost({ 'a.swin': source }));
  const judged = allModels(value).flatMap((resolved) => {
    if (resolved.model === undefined) return [];
    const figures = { ...closedForm(resolved.model), params: 35_366 };
    return evaluateAssertions(resolved, memory === undefined ? figures : { ...figures, memory });
  });
  const findings = [...diagnostics.filter((each) => each.code !== 'SW204'), ...judged];
  return findings.map(({ code, message }) => `${code} ${message}`);
}

const holding = [
  'params == 35_366',
  'params == 35.366k',
  'params in 35_366..35_366',
  'params in 30k..40k and windows == [16, 1] or params == 1',
  'windows == [16, 1]',
  'windows <= 16',
  'tokens == [256, 64]',
  'window == [4, 8] and shift == [2, 0]',
  'heads * 4 == dim / [2, 1]',
  'dim * 2 - -1 == 33',
  '1 + 2 * 3 == 7 and (1 + 2) * 3 == 9',
  'windows != [16, 2]',
  'depths == 2 and mlp == 4 and classes == 10 and patch == 2',
  'input.height == 32 and input.channels == 3',
  'macs < 1G',
  '(params == 35_366)',
];

test('assertions that hold say nothing', () => {
  for (const text of holding) assert.deepEqual(judge(text), [], text);
  assert.deepEqual(judge('memory < 1KiB', 1023), []);
});

const failing: readonly (readonly [text: string, ...said: string[]])[] = [
  ['params == 35_367', 'SW304 assertion failed: params is 35_366, not 35_367'],
  ['params < 10', 'SW304 assertion failed: params is 35_366, not less than 10'],
  ['params <= 10', 'SW304 assertion failed: params is 35_366, more than 10'],
  ['params != 35_366', 'SW304 assertion failed: params is 35_366, which is 35_366'],
  ['params in 1..2k', 'SW304 assertion failed: params is 35_366, outside of 1..2_000'],
  ['windows == [64, 1]', 'SW304 assertion failed: windows is [16, 1], not [64, 1]'],
  ['windows != [16, 1]', 'SW304 assertion failed: windows is [16, 1], which is [16, 1]'],
  ['2 * params == 1 or dim == 8', 'SW304 assertion failed: 2 * params is 70_732, not 1; dim is 16, not 8'],
  ['params == 35_366 and dim == 8', 'SW304 assertion failed: dim is 16, not 8'],
  ['params / 0 == 1', 'SW305 this divides by zero'],
  ['params * 9_007_199_254_740_992 == 1', 'SW305 this comes to more than 2^53, beyond which numbers are not exact'],
  ['memory < 1KiB', 'SW306 this assertion is not judged here: `memory` is known once the model is compiled'],
  ['1 < params < 3', 'SW301 comparisons do not chain'],
  ['params in 3', 'SW301 `in` takes a range'],
  ['1..2 == 3', 'SW301 `..` stands only after `in`'],
  ['params and dim == 16', 'SW301 `and` joins comparisons'],
  ['(dim == 16) + 1 == 2', 'SW301 a comparison is not a number'],
  ['windows == [1, 2, 3]', 'SW302 a list of 2 values stands against one of 3'],
  ['parms == 1', 'SW300 an assertion knows no `parms`'],
  ['params == 1e300', 'SW303 1e300 is more than 2^53, beyond which numbers are not exact'],
];

test('those that do not, or that mean nothing, say why', () => {
  for (const [text, ...said] of failing) assert.deepEqual(judge(text), said, text);
});

test('the author’s words come along', () => {
  const host = memoryHost({ 'a.swin': 'swin 1\nmodel a {\n  assert 1 == 2 : "one is \\"two\\""\n}\n' });
  const [assertion] = resolve('a.swin', host).value.models[0]?.assertions ?? [];
  assert.equal(assertion?.message, 'one is "two"');
});

test.run();
