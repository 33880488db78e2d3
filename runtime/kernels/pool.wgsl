// y[image, channel] = the mean over tokens of the normalised x.
//
// One invocation a channel of an image; where rows are standardised, one a token first, for its statistics.
//
// Workgroups: x = { count: K, tile: 32 }, y = { count: 1, batched, tile: 1 }, z = 1.
// Requires: nothing.

alias Input = f32;
alias Output = f32;

// Tokens of one image, and channels.
const ROWS: u32 = 16;
const K: u32 = 16;
// 0 none; 1 each token less its mean, over its deviation sqrt(variance + EPSILON); 2 x * scale + shift by rows[token].
const NORMALISE: u32 = 0;
const EPSILON: f32 = 1e-5;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> rows: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> output: array<Output>;

const LANES = 32u;

// Scales and shifts of as many tokens as there are lanes.
var<workgroup> norms: array<vec2f, LANES>;

// The one in the middle of three elements of a row. Sums are those of the differences from it, so that neither a large
// mean nor one large element costs digits.
fn middle(a: f32, b: f32, c: f32) -> f32 {
  return max(min(a, b), min(max(a, b), c));
}

// What standardises a row by one multiply-add.
fn standardisation(row: u32) -> vec2f {
  let origin = middle(f32(x[row * K]), f32(x[row * K + K / 2u]), f32(x[row * K + K - 1u]));
  var sum = 0.0;
  var squares = 0.0;
  for (var k = 0u; k < K; k++) {
    let difference = f32(x[row * K + k]) - origin;
    sum += difference;
    squares += difference * difference;
  }
  let mean = sum / f32(K);
  let scale = inverseSqrt(max(squares / f32(K) - mean * mean, 0.0) + EPSILON);
  return vec2f(scale, -(origin + mean) * scale);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let image = group.y;
  let channel = group.x * LANES + lane;
  let source = min(channel, K - 1u);
  var sum = 0.0;
  for (var first = 0u; first < ROWS; first += LANES) {
    if (NORMALISE == 1u) {
      norms[lane] = standardisation(image * ROWS + min(first + lane, ROWS - 1u));
      workgroupBarrier();
    }
    for (var token = first; token < min(first + LANES, ROWS); token++) {
      var norm = vec2f(1.0, 0.0);
      if (NORMALISE == 1u) {
        norm = norms[token - first];
      }
      if (NORMALISE == 2u) {
        norm = rows[token];
      }
      sum += f32(x[(image * ROWS + token) * K + source]) * norm.x + norm.y;
    }
    if (NORMALISE == 1u) {
      workgroupBarrier();
    }
  }
  if (channel < K) {
    output[image * K + channel] = Output(sum / f32(ROWS));
  }
}
