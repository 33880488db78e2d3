// Attention inside windows whose tokens stand side by side: y = softmax(q kᵀ * factor + bias + mask) v for each head.
//
// One invocation a query of a head, which keeps the largest score and rescales as it goes. x is [windows, TOKENS, 3, HEADS,
// HEAD_DIMENSION]. For graphs whose windows no pass has absorbed.
//
// Workgroups: x = { count: TOKENS, tile: 32 }, y = { count: WINDOWS, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.
// Requires: nothing.

alias Input = f32;
alias Weight = f32;
alias Output = f32;

// Of one image.
const WINDOWS: u32 = 4;
const TOKENS: u32 = 16;
const HEADS: u32 = 1;
const HEAD_DIMENSION: u32 = 16;
const SCALE: f32 = 0.25;
const BIAS: u32 = 0;
const MASK: u32 = 0;
// Whether scores are cosines times scale[head].
const COSINE: u32 = 0;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
// [HEADS, TOKENS, TOKENS] and [WINDOWS, TOKENS, TOKENS].
@group(0) @binding(2) var<storage, read> bias: array<Weight>;
@group(0) @binding(3) var<storage, read> mask: array<Weight>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read_write> output: array<Output>;

const LANES = 32;
const ROW = 3 * HEADS * HEAD_DIMENSION;
const SHORTEST = 1e-12;

fn inverse_length(start: u32) -> f32 {
  var squares = 0.0;
  for (var d = 0u; d < HEAD_DIMENSION; d++) {
    let value = f32(x[start + d]);
    squares += value * value;
  }
  return 1.0 / max(sqrt(squares), SHORTEST);
}

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let query = id.x;
  let window = id.y;
  let head = id.z;
  if (query >= TOKENS || window >= batch * WINDOWS) {
    return;
  }
  let first = window * TOKENS * ROW + head * HEAD_DIMENSION;
  let query_start = first + query * ROW;
  var factor = SCALE;
  if (COSINE == 1u) {
    factor = scale[head] * inverse_length(query_start);
  }
  var q: array<f32, HEAD_DIMENSION>;
  var sum: array<f32, HEAD_DIMENSION>;
  for (var d = 0u; d < HEAD_DIMENSION; d++) {
    q[d] = f32(x[query_start + d]);
  }
  // Finite, and below every score.
  var largest = -3e38;
  var total = 0.0;
  for (var key = 0u; key < TOKENS; key++) {
    let key_start = first + key * ROW + HEADS * HEAD_DIMENSION;
    var score = 0.0;
    for (var d = 0u; d < HEAD_DIMENSION; d++) {
      score += q[d] * f32(x[key_start + d]);
    }
    score *= factor;
    if (COSINE == 1u) {
      score *= inverse_length(key_start);
    }
    if (BIAS == 1u) {
      score += f32(bias[(head * TOKENS + query) * TOKENS + key]);
    }
    if (MASK == 1u) {
      score += f32(mask[(window % WINDOWS * TOKENS + query) * TOKENS + key]);
    }
    let higher = max(largest, score);
    let shrink = exp(max(largest - higher, -100.0));
    let share = exp(score - higher);
    largest = higher;
    total = total * shrink + share;
    for (var d = 0u; d < HEAD_DIMENSION; d++) {
      sum[d] = sum[d] * shrink + share * f32(x[key_start + HEADS * HEAD_DIMENSION + d]);
    }
  }
  let to = ((window * TOKENS + query) * HEADS + head) * HEAD_DIMENSION;
  for (var d = 0u; d < HEAD_DIMENSION; d++) {
    output[to + d] = Output(sum[d] / total);
  }
}
