// y[r] = x[r] * scale[i] + shift[i] + residual[r'], where i is the channel (PER 0) or the token (PER 1).
//
// Workgroups: x = { count: K, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.
// Requires: nothing.

alias Input = f32;
alias Output = f32;

const ROWS: u32 = 16;
const K: u32 = 16;
const PER: u32 = 0;
const RESIDUAL: u32 = 0;
const RESIDUAL_ROLL_HEIGHT: u32 = 0;
const RESIDUAL_ROLL_WIDTH: u32 = 0;
// The grid of the tokens.
const OUTPUT_HEIGHT: u32 = 4;
const OUTPUT_WIDTH: u32 = 4;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> scale: array<f32>;
@group(0) @binding(3) var<storage, read> shift: array<f32>;
@group(0) @binding(4) var<storage, read> residual: array<Output>;
@group(0) @binding(5) var<storage, read_write> output: array<Output>;

const COLUMN_TILE = 16;
const ROW_TILE = 4;

fn residual_row(row: u32) -> u32 {
  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {
    return row;
  }
  let token = row % ROWS;
  let from_row = (token / OUTPUT_WIDTH + OUTPUT_HEIGHT - RESIDUAL_ROLL_HEIGHT) % OUTPUT_HEIGHT;
  let from_column = (token % OUTPUT_WIDTH + OUTPUT_WIDTH - RESIDUAL_ROLL_WIDTH) % OUTPUT_WIDTH;
  return row - token + from_row * OUTPUT_WIDTH + from_column;
}

@compute @workgroup_size(COLUMN_TILE, ROW_TILE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= K || id.y >= batch * ROWS) {
    return;
  }
  let index = select(id.x, id.y % ROWS, PER == 1u);
  let element = id.y * K + id.x;
  var value = f32(x[element]) * scale[index] + shift[index];
  if (RESIDUAL == 1u) {
    value += f32(residual[residual_row(id.y) * K + id.x]);
  }
  output[element] = Output(value);
}
