import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { syntheticInput, syntheticTensor } from '../../compiler/weights/synthetic.ts';

const test = suite('synthetic weights');

/** The scheme word for word, in whole numbers of any size. */
function unit(name: string, index: number): number {
  const mask = 0xffffffffn;
  let hash = 0x811c9dc5n;
  for (const byte of new TextEncoder().encode(name)) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & mask;
  let x = (BigInt(index) * 0x9e3779b1n + hash) & mask;
  x ^= x >> 16n;
  x = (x * 0x85ebca6bn) & mask;
  x ^= x >> 13n;
  x = (x * 0xc2b2ae35n) & mask;
  x ^= x >> 16n;
  return (Number(x) / 2 ** 32) * 2 - 1;
}

const gain = 0.3;

const rules: readonly (readonly [name: string, shape: readonly number[], value: (u: number) => number])[] = [
  ['norm.running_mean', [3000], (u) => 0.3 * u],
  ['norm.running_var', [7], (u) => 1 + 0.5 * u],
  ['layers.0.blocks.0.attn.relative_position_bias_table', [169, 3], (u) => 3 * u],
  ['layers.0.blocks.0.attn.logit_scale', [3, 1, 1], (u) => Math.log(10) + 0.5 * u],
  ['patch_embed.proj.weight', [96, 3, 4, 4], (u) => u * gain * Math.sqrt(3 / 48)],
  ['layers.0.blocks.0.attn.qkv.weight', [288, 96], (u) => u * gain * Math.sqrt(3 / 96)],
  ['norm.weight', [96], (u) => 1 + 0.2 * u],
  ['head.bias', [1000], (u) => 0.2 * u],
  ['weight', [5], (u) => 1 + 0.2 * u],
  ['größe.bias', [5], (u) => 0.2 * u],
];

for (const [name, shape, value] of rules) {
  test(`${name} [${shape.join(', ')}]`, () => {
    const actual = syntheticTensor(name, shape, gain);
    assert.is(
      actual.length,
      shape.reduce((product, length) => product * length, 1),
    );
    actual.forEach((found, index) => {
      assert.is(found, Math.fround(value(unit(name, index))), `index ${index}`);
    });
  });
}

test('values recorded with the reference implementations', () => {
  const [first, second, third] = syntheticInput([1, 3, 224, 224]);
  assert.equal([first, second, third], [1.1961325407028198, -1.5535187721252441, -1.7499275207519531]);
  assert.is(syntheticTensor('patch_embed.proj.weight', [96, 3, 4, 4], 1)[17], -0.09109455347061157);
});

test('the input is twice the hash of its flat index', () => {
  syntheticInput([2, 3, 8, 8]).forEach((found, index) => {
    assert.is(found, Math.fround(2 * unit('input', index)));
  });
});

test.run();
