/** Half precision, IEEE 754 binary16, stored as its bits. */

/** Rounds to the nearest half, ties to even; what is too large becomes infinite, and a NaN stays one. */
export function toHalf(value: number): number {
  return toHalves(Float32Array.of(value))[0] ?? 0;
}

export function fromHalf(half: number): number {
  return fromHalves(Uint16Array.of(half))[0] ?? 0;
}

/** In the beginning of `memory`, where it is given. */
export function toHalves(values: Float32Array, memory: Uint16Array = new Uint16Array(values.length)): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let index = 0; index < bits.length; index++) memory[index] = narrow(bits[index] ?? 0);
  return memory.subarray(0, bits.length);
}

/** In the beginning of `memory`, where it is given. */
export function fromHalves(halves: Uint16Array, memory: Float32Array = new Float32Array(halves.length)): Float32Array {
  const bits = new Uint32Array(memory.buffer, memory.byteOffset, halves.length);
  for (let index = 0; index < bits.length; index++) bits[index] = widen(halves[index] ?? 0);
  return memory.subarray(0, bits.length);
}

function narrow(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520, halfway between the largest half and the next power of two, is the first to round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | narrowSubnormal(magnitude);
  // The exponent is biased by 127 in a float and by 15 in a half; a carry out of the fraction rightly raises it.
  const rebased = magnitude - (112 << 23);
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
}

/** Halves below 2^-14 are multiples of 2^-24, of which the result counts how many. */
function narrowSubnormal(magnitude: number): number {
  const exponent = magnitude >>> 23;
  if (exponent < 102) return 0;
  const significand = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - exponent;
  const halfway = 1 << (shift - 1);
  return (significand + halfway - 1 + ((significand >>> shift) & 1)) >>> shift;
}

function widen(half: number): number {
  const sign = (half & 0x8000) << 16;
  const magnitude = half & 0x7fff;
  if (magnitude >= 0x7c00) return sign | 0x7f800000 | ((magnitude & 0x3ff) << 13);
  if (magnitude >= 0x400) return sign | ((magnitude << 13) + (112 << 23));
  if (magnitude === 0) return sign;
  // A float has room to write a subnormal half as a normal number: move its leading one to the implicit place.
  const shift = Math.clz32(magnitude) - 21;
  return sign | ((113 - shift) << 23) | (((magnitude << shift) & 0x3ff) << 13);
}
