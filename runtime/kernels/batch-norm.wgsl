// y[r] = (x[r] - mean[i]) / sqrt(variance[i] + EPSILON) * weight[i] + bias[i], where i is the channel (PER 0) or the
// token (PER 1).
//
// Workgroups: x = { count: K, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.
// Requires: nothing.

alias Input = f32;
alias Output = f32;

const ROWS: u32 = 16;
const K: u32 = 16;
const PER: u32 = 0;
const EPSILON: f32 = 1e-5;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> mean: array<f32>;
@group(0) @binding(5) var<storage, read> variance: array<f32>;
@group(0) @binding(6) var<storage, read_write> output: array<Output>;

const COLUMN_TILE = 16;
const ROW_TILE = 4;

@compute @workgroup_size(COLUMN_TILE, ROW_TILE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= K || id.y >= batch * ROWS) {
    return;
  }
  let index = select(id.x, id.y % ROWS, PER == 1u);
  let element = id.y * K + id.x;
  let normalised = (f32(x[element]) - mean[index]) / sqrt(variance[index] + EPSILON);
  output[element] = Output(normalised * weight[index] + bias[index]);
}
