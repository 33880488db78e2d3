// y[image, channel] = the mean over tokens of the standardised x: each token less its mean, over its deviation
// sqrt(variance + EPSILON).
//
// For GPUs: a workgroup takes 256 channels, and the statistics of 8 tokens at a time, 32 invocations each.
//
// Workgroups: x = { count: K, tile: 256 }, y = { count: 1, batched, tile: 1 }, z = 1.
// Requires: nothing.

alias Input = f32;
alias Output = f32;

// Tokens of one image, and channels.
const ROWS: u32 = 16;
const K: u32 = 16;
const EPSILON: f32 = 1e-5;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read_write> output: array<Output>;

const LANES = 32u;
const ROW_TILE = 8u;

var<workgroup> partial: array<array<vec2f, LANES>, ROW_TILE>;

// The sum over the lanes of each row stands in the first of them; every invocation of the workgroup must call it.
fn sum_lanes(local: vec3u, value: vec2f) {
  partial[local.y][local.x] = value;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (local.x < half) {
      partial[local.y][local.x] += partial[local.y][local.x + half];
    }
    workgroupBarrier();
  }
}

// The one in the middle of three elements of a row. Sums are those of the differences from it, so that neither a large
// mean nor one large element costs digits.
fn origin_of(start: u32) -> f32 {
  let a = f32(x[start]);
  let b = f32(x[start + K / 2u]);
  let c = f32(x[start + K - 1u]);
  return max(min(a, b), min(max(a, b), c));
}

@compute @workgroup_size(LANES, ROW_TILE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let channel = group.x * (LANES * ROW_TILE) + invocation;
  let source = min(channel, K - 1u);
  var total = 0.0;
  for (var first = 0u; first < ROWS; first += ROW_TILE) {
    let start = (group.y * ROWS + min(first + local.y, ROWS - 1u)) * K;
    let origin = origin_of(start);
    var moments = vec2f();
    for (var k = local.x; k < K; k += LANES) {
      let difference = f32(x[start + k]) - origin;
      moments += vec2f(difference, difference * difference);
    }
    sum_lanes(local, moments);
    for (var token = first; token < min(first + ROW_TILE, ROWS); token++) {
      let row = (group.y * ROWS + token) * K;
      let means = partial[token - first][0] / f32(K);
      let scale = inverseSqrt(max(means.y - means.x * means.x, 0.0) + EPSILON);
      total += (f32(x[row + source]) - origin_of(row) - means.x) * scale;
    }
    workgroupBarrier();
  }
  if (channel < K) {
    output[group.y * K + channel] = Output(total / f32(ROWS));
  }
}
