// y[image, channel] = the mean over tokens of x * scale + shift, with (scale, shift) from `rows`.
//
// One invocation a channel of an image.
//
// Workgroups: x = { count: K, tile: 32 }, y = { count: 1, batched, tile: 1 }, z = 1.
// Requires: nothing.

alias Input = f32;
alias Output = f32;

// Tokens of one image, and channels.
const ROWS: u32 = 16;
const K: u32 = 16;
// 0 none, 1 rows[image * ROWS + token], 2 rows[token].
const NORMALISE: u32 = 0;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> rows: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> output: array<Output>;

const LANES = 32;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  let image = id.y;
  if (channel >= K || image >= batch) {
    return;
  }
  var sum = 0.0;
  for (var token = 0u; token < ROWS; token++) {
    let row = image * ROWS + token;
    var norm = vec2f(1.0, 0.0);
    if (NORMALISE > 0u) {
      norm = rows[select(row, token, NORMALISE == 2u)];
    }
    sum += f32(x[row * K + channel]) * norm.x + norm.y;
  }
  output[image * K + channel] = Output(sum / f32(ROWS));
}
