/**
 * The scheme `hash-v1`: weights and an input that anyone can regenerate from names and shapes alone, so that a spec
 * can be tested without a file. Values are computed in double precision and rounded to float32 once.
 */

const inputName = 'input';
const inputScale = 2;
const twoToThe32 = 4294967296;

/** How a tensor's values follow from the hash u in [-1, 1): offset + u * gain * scale, multiplied in that order. */
interface Distribution {
  readonly offset: number;
  readonly gain: number;
  readonly scale: number;
}

/** The weight called `name`; `gain` scales the matrices and convolutions. */
export function syntheticTensor(name: string, shape: readonly number[], gain: number): Float32Array {
  return generate(name, product(shape), distributionOf(name, shape, gain));
}

/** An input in C order, whatever the batch. */
export function syntheticInput(shape: readonly number[]): Float32Array {
  return generate(inputName, product(shape), { offset: 0, gain: 1, scale: inputScale });
}

function distributionOf(name: string, shape: readonly number[], gain: number): Distribution {
  const role = name.slice(name.lastIndexOf('.') + 1);
  if (role === 'running_mean') return { offset: 0, gain: 1, scale: 0.3 };
  if (role === 'running_var') return { offset: 1, gain: 1, scale: 0.5 };
  if (role === 'relative_position_bias_table') return { offset: 0, gain: 1, scale: 3 };
  if (role === 'logit_scale') return { offset: Math.LN10, gain: 1, scale: 0.5 };
  if (shape.length >= 2) return { offset: 0, gain, scale: Math.sqrt(3 / product(shape.slice(1))) };
  return role === 'weight' ? { offset: 1, gain: 1, scale: 0.2 } : { offset: 0, gain: 1, scale: 0.2 };
}

function generate(name: string, length: number, { offset, gain, scale }: Distribution): Float32Array {
  const hash = fnv1a(name);
  const values = new Float32Array(length);
  for (let index = 0; index < length; index++) values[index] = offset + unit(hash, index) * gain * scale;
  return values;
}

/** Uniform in [-1, 1): the index, spread over 32 bits and mixed by MurmurHash3's finaliser. */
function unit(hash: number, index: number): number {
  let bits = Math.imul(index, 0x9e3779b1) + hash;
  bits ^= bits >>> 16;
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  bits ^= bits >>> 16;
  return ((bits >>> 0) / twoToThe32) * 2 - 1;
}

/** FNV-1a on the bytes of the name's UTF-8. */
function fnv1a(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
