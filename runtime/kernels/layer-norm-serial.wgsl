// y = (x - mean) / deviation * weight + bias over the K values of a row.
//
// For software adapters: one invocation a row.
//
// Workgroups: x = { count: ROWS, batched, tile: 16 }, y = 1, z = 1.
// Requires: nothing.

alias Input = f32;
alias Output = f32;

const ROWS: u32 = 16;
const K: u32 = 16;
const EPSILON: f32 = 1e-5;
const AFFINE: u32 = 0;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> output: array<Output>;

const LANES = 16;

fn store(row: u32, k: u32, normalised: f32) {
  var value = normalised;
  if (AFFINE == 1u) {
    value = value * weight[k] + bias[k];
  }
  output[row * K + k] = Output(value);
}

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= batch * ROWS) {
    return;
  }
  var sum = 0.0;
  for (var k = 0u; k < K; k++) {
    sum += f32(x[row * K + k]);
  }
  let mean = sum / f32(K);
  var squares = 0.0;
  for (var k = 0u; k < K; k++) {
    let difference = f32(x[row * K + k]) - mean;
    squares += difference * difference;
  }
  let scale = inverseSqrt(squares / f32(K) + EPSILON);
  for (var k = 0u; k < K; k++) {
    store(row, k, (f32(x[row * K + k]) - mean) * scale);
  }
}
