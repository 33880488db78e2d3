// y = a + b, element by element.
//
// Workgroups: x = { count: K, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.
// Requires: nothing.

alias First = f32;
alias Second = f32;
alias Output = f32;

const ROWS: u32 = 16;
const K: u32 = 16;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> a: array<First>;
@group(0) @binding(2) var<storage, read> b: array<Second>;
@group(0) @binding(3) var<storage, read_write> output: array<Output>;

const COLUMN_TILE = 16;
const ROW_TILE = 4;

@compute @workgroup_size(COLUMN_TILE, ROW_TILE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= K || id.y >= batch * ROWS) {
    return;
  }
  let index = id.y * K + id.x;
  output[index] = Output(f32(a[index]) + f32(b[index]));
}
