// y[r] = (x[r] - mean) / deviation * weight + bias + residual[r'] over the K values of a row.
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
const RESIDUAL: u32 = 0;
const RESIDUAL_ROLL_HEIGHT: u32 = 0;
const RESIDUAL_ROLL_WIDTH: u32 = 0;
// The grid of the tokens.
const OUTPUT_HEIGHT: u32 = 4;
const OUTPUT_WIDTH: u32 = 4;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> residual: array<Output>;
@group(0) @binding(5) var<storage, read_write> output: array<Output>;

const LANES = 16;

fn residual_row(row: u32) -> u32 {
  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {
    return row;
  }
  let token = row % ROWS;
  let from_row = (token / OUTPUT_WIDTH + OUTPUT_HEIGHT - RESIDUAL_ROLL_HEIGHT) % OUTPUT_HEIGHT;
  let from_column = (token % OUTPUT_WIDTH + OUTPUT_WIDTH - RESIDUAL_ROLL_WIDTH) % OUTPUT_WIDTH;
  return row - token + from_row * OUTPUT_WIDTH + from_column;
}

fn store(row: u32, k: u32, normalised: f32) {
  var value = normalised;
  if (AFFINE == 1u) {
    value = value * weight[k] + bias[k];
  }
  if (RESIDUAL == 1u) {
    value += f32(residual[residual_row(row) * K + k]);
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
