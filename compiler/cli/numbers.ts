/** Numbers as people and other programs read them. */

/** Nine digits tell every float32 from its neighbours; the seventeen of a float64 would say nothing more. */
const float32Digits = 9;

export function float32List(values: Float32Array): readonly number[] {
  return Array.from(values, (value) => Number(value.toPrecision(float32Digits)));
}
