import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { declaredAs, json, type Plain, printValue, typescript } from '../../compiler/targets/typescript/print-value.ts';
import { typeNameOf } from '../../compiler/targets/typescript/type-name.ts';

const test = suite('printing values');

test('what fits a line stands on one', () => {
  assert.is(printValue({ a: [1, 2], 'b-c': { d: null } }, typescript), "{ a: [1, 2], 'b-c': { d: null } }");
  assert.is(printValue({ a: [1, 2], b: true }, json), '{"a": [1, 2], "b": true}');
  assert.is(printValue([], json), '[]');
  assert.is(printValue({}, typescript), '{}');
});

test('what does not fit is broken, entry by entry', () => {
  const long = 'x'.repeat(70);
  assert.is(printValue([long, [long]], json), `[\n  "${long}",\n  ["${long}"]\n]`);
  assert.is(printValue({ a: long, b: long }, typescript), `{\n  a: '${long}',\n  b: '${long}',\n}`);
});

test('what another statement declares is named', () => {
  assert.is(printValue({ a: declaredAs('known'), b: [declaredAs('other')] }, typescript), '{ a: known, b: [other] }');
  assert.is(printValue(declaredAs('known'), typescript), 'known');
});

test('JSON reads back as what was printed', () => {
  const values = Array.from({ length: 50 }, (_, index) => ({ index, text: `"'\\\n${index}`, list: [index / 3, -0.5] }));
  assert.equal(JSON.parse(printValue(values, json)), values);
});

test('text is quoted as TypeScript quotes it', () => {
  const texts: readonly string[] = ["it's", 'a "word"', 'back\\slash', 'line\nbreak', '\u2028', '`$'];
  for (const text of texts) assert.is(new Function(`return ${printValue(text, typescript)}`)(), text);
});

test('a field without a value is left out', () => {
  const value: Plain = { a: undefined, b: 1 };
  assert.is(printValue(value, json), '{"b": 1}');
});

test('the name of a type is that of its model', () => {
  assert.is(typeNameOf('swin-free-t'), 'SwinFreeT');
  assert.is(typeNameOf('micro_2x'), 'Micro2x');
  assert.is(typeNameOf('2-towers'), 'Model2Towers');
  assert.is(typeNameOf('plan'), 'ModelPlan');
});

test.run();
