// y = activation(x), element by element.
//
// Workgroups: x = { count: K, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.
// Requires: nothing.

alias Input = f32;
alias Output = f32;

const ROWS: u32 = 16;
const K: u32 = 16;
// 0 none, 1 GELU (erf), 2 GELU (tanh), 3 ReLU, 4 SiLU.
const ACTIVATION: u32 = 0;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read_write> output: array<Output>;

const COLUMN_TILE = 16;
const ROW_TILE = 4;

// After Abramowitz and Stegun 7.1.26: within 2e-7 everywhere.
fn erf(value: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.3275911 * abs(value));
  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return sign(value) * (1.0 - series * exp(-value * value));
}

fn activate(value: f32) -> f32 {
  if (ACTIVATION == 1u) {
    return 0.5 * value * (1.0 + erf(value * 0.70710678118654752));
  }
  if (ACTIVATION == 2u) {
    let inner = 0.79788456080286536 * (value + 0.044715 * value * value * value);
    return 0.5 * value * (1.0 + tanh(clamp(inner, -10.0, 10.0)));
  }
  if (ACTIVATION == 3u) {
    return max(value, 0.0);
  }
  if (ACTIVATION == 4u) {
    return value / (1.0 + exp(min(-value, 80.0)));
  }
  return value;
}

@compute @workgroup_size(COLUMN_TILE, ROW_TILE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= K || id.y >= batch * ROWS) {
    return;
  }
  let index = id.y * K + id.x;
  output[index] = Output(activate(f32(x[index])));
}
