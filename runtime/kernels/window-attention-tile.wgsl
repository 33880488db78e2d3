// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, or of the cosine of q and k, per window and head. x holds q, k and v in the order
// of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No window is ever laid out in memory.
//
// For GPUs: a workgroup takes 64 queries of one window and head, an invocation each, and stages keys and values in
// workgroup memory; running softmax.
//
// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 64 },
//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.
// Requires: HEAD_DIMENSION % 4 == 0, HEAD_DIMENSION <= 1024.

alias Input = f32;
alias Output = f32;

// The grid of x, and the padded grid that windows tile.
const HEIGHT: u32 = 4;
const WIDTH: u32 = 4;
const PADDED_HEIGHT: u32 = 4;
const PADDED_WIDTH: u32 = 4;
// The length that the cyclic shift wraps at: the grid's (roll, then pad) or the padded grid's (pad, then roll).
const MODULUS_HEIGHT: u32 = 4;
const MODULUS_WIDTH: u32 = 4;
const WINDOW_HEIGHT: u32 = 2;
const WINDOW_WIDTH: u32 = 2;
const HEADS: u32 = 1;
const HEAD_DIMENSION: u32 = 4;
// Window position p reads grid position (p - GATHER) mod MODULUS and writes (p + SCATTER) mod MODULUS.
const GATHER_HEIGHT: u32 = 0;
const GATHER_WIDTH: u32 = 0;
const SCATTER_HEIGHT: u32 = 0;
const SCATTER_WIDTH: u32 = 0;
// Tokens of different regions are masked; the last region begins MASK before the end. 0: one region.
const MASK_HEIGHT: u32 = 0;
const MASK_WIDTH: u32 = 0;
const SCALE: f32 = 1;
// Whether the scores take a relative position bias, and whether tokens outside the grid read `fill` (else zeros).
const BIAS: u32 = 0;
const FILL: u32 = 0;
// 1: scale[head] * q . k / (|q| |k|) in place of SCALE * q . k.
const COSINE: u32 = 0;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read> fill: array<vec4f>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read_write> output: array<vec4<Output>>;

const LANES = 64u;
const OUTSIDE = 0xffffffffu;
// Vectors shorter than 1e-12 are divided by that.
const SHORTEST_SQUARED = 1e-24;
const TOKENS = WINDOW_HEIGHT * WINDOW_WIDTH;
const ROW_WINDOWS = PADDED_WIDTH / WINDOW_WIDTH;
const WINDOWS = PADDED_HEIGHT / WINDOW_HEIGHT * ROW_WINDOWS;
const PADDED = PADDED_HEIGHT > HEIGHT || PADDED_WIDTH > WIDTH;
const MASKED = MASK_HEIGHT + MASK_WIDTH > 0u;
// Vec4s of one head, of one of q, k and v, and of the columns of the bias table.
const HEAD = HEAD_DIMENSION / 4u;
const CHANNELS = HEADS * HEAD;
const TABLE_WIDTH = 2u * WINDOW_WIDTH - 1u;
const TABLE = (2u * WINDOW_HEIGHT - 1u) * TABLE_WIDTH;

fn padded_position(window: u32, token: u32) -> vec2u {
  return vec2u(
    window / ROW_WINDOWS * WINDOW_HEIGHT + token / WINDOW_WIDTH,
    window % ROW_WINDOWS * WINDOW_WIDTH + token % WINDOW_WIDTH,
  );
}

// The token of the grid at a position moved by an offset, or OUTSIDE.
fn grid_token(position: vec2u, offset: vec2u) -> u32 {
  const MODULUS = vec2u(MODULUS_HEIGHT, MODULUS_WIDTH);
  let moved = (position + offset) % MODULUS;
  let outside = any(position >= MODULUS) || any(moved >= vec2u(HEIGHT, WIDTH));
  return select(moved.x * WIDTH + moved.y, OUTSIDE, PADDED && outside);
}

fn source_token(position: vec2u) -> u32 {
  return grid_token(position, vec2u(MODULUS_HEIGHT - GATHER_HEIGHT, MODULUS_WIDTH - GATHER_WIDTH));
}

fn target_token(position: vec2u) -> u32 {
  return grid_token(position, vec2u(SCATTER_HEIGHT, SCATTER_WIDTH));
}

// A number for the region that a token belongs to in the shifted grid.
fn region(position: vec2u) -> u32 {
  let row = u32(position.x + WINDOW_HEIGHT >= PADDED_HEIGHT) + u32(position.x + MASK_HEIGHT >= PADDED_HEIGHT);
  let column = u32(position.y + WINDOW_WIDTH >= PADDED_WIDTH) + u32(position.y + MASK_WIDTH >= PADDED_WIDTH);
  return select(row, 0u, MASK_HEIGHT == 0u) * 3u + select(column, 0u, MASK_WIDTH == 0u);
}

// The bias of a query and a key is table[place(query) - place(key) + the middle of the table].
fn place(token: u32) -> u32 {
  return token / WINDOW_WIDTH * TABLE_WIDTH + token % WINDOW_WIDTH;
}

// Four channels of q (part 0), k (1) or v (2) of a token that begins at a vec4 of x, or OUTSIDE.
fn load(start: u32, channel: u32) -> vec4f {
  if (!PADDED) {
    return vec4f(x[start + channel]);
  }
  if (start != OUTSIDE) {
    return vec4f(x[start + channel]);
  }
  if (FILL == 1u) {
    return fill[channel];
  }
  return vec4f();
}

// Keys staged at a time: 8 KiB of k and v together.
const KEYS = clamp(256u / HEAD, 1u, 64u);

var<workgroup> keys: array<array<vec4f, HEAD>, KEYS>;
var<workgroup> values: array<array<vec4f, HEAD>, KEYS>;

fn token_start(image: u32, window: u32, token: u32) -> u32 {
  let from_token = source_token(padded_position(window, min(token, TOKENS - 1u)));
  return select((image * (HEIGHT * WIDTH) + from_token) * (3u * CHANNELS), OUTSIDE, from_token == OUTSIDE);
}

fn bias_and_mask(window: u32, head: u32, query: u32, key: u32) -> f32 {
  var value = 0.0;
  if (BIAS == 1u) {
    value = table[head * TABLE + place(query) + place(TOKENS - 1u) - place(key)];
  }
  if (MASKED) {
    let differs = region(padded_position(window, query)) != region(padded_position(window, key));
    value += select(0.0, -100.0, differs);
  }
  return value;
}

fn inverse_length(squares: f32) -> f32 {
  return inverseSqrt(max(squares, SHORTEST_SQUARED));
}

// Gives every staged key the length 1, an invocation each.
fn normalise_keys(lane: u32) {
  if (lane >= KEYS) {
    return;
  }
  var squares = 0.0;
  for (var channel = 0u; channel < HEAD; channel++) {
    squares += dot(keys[lane][channel], keys[lane][channel]);
  }
  let factor = inverse_length(squares);
  for (var channel = 0u; channel < HEAD; channel++) {
    keys[lane][channel] *= factor;
  }
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let image = group.y / WINDOWS;
  let window = group.y % WINDOWS;
  let head = group.z;
  let query = min(group.x * LANES + lane, TOKENS - 1u);
  let query_start = token_start(image, window, query);
  var q: array<vec4f, HEAD>;
  var sum_of_values: array<vec4f, HEAD>;
  var squares = 0.0;
  for (var channel = 0u; channel < HEAD; channel++) {
    q[channel] = load(query_start, head * HEAD + channel);
    squares += dot(q[channel], q[channel]);
  }
  var factor = SCALE;
  if (COSINE == 1u) {
    factor = scale[head] * inverse_length(squares);
  }
  for (var channel = 0u; channel < HEAD; channel++) {
    q[channel] *= factor;
  }
  var largest = -1e30;
  var sum = 0.0;
  for (var first = 0u; first < TOKENS; first += KEYS) {
    workgroupBarrier();
    for (var i = lane; i < KEYS * HEAD; i += LANES) {
      let start = token_start(image, window, first + i / HEAD);
      let channel = head * HEAD + i % HEAD;
      keys[i / HEAD][i % HEAD] = load(start, CHANNELS + channel);
      values[i / HEAD][i % HEAD] = load(start, 2u * CHANNELS + channel);
    }
    workgroupBarrier();
    if (COSINE == 1u) {
      normalise_keys(lane);
      workgroupBarrier();
    }
    for (var i = 0u; i < min(KEYS, TOKENS - first); i++) {
      var score = bias_and_mask(window, head, query, first + i);
      for (var channel = 0u; channel < HEAD; channel++) {
        score += dot(q[channel], keys[i][channel]);
      }
      let larger = max(largest, score);
      let correction = exp(largest - larger);
      let p = exp(score - larger);
      largest = larger;
      sum = sum * correction + p;
      for (var channel = 0u; channel < HEAD; channel++) {
        sum_of_values[channel] = sum_of_values[channel] * correction + p * values[i][channel];
      }
    }
  }
  let token = target_token(padded_position(window, query));
  if (group.x * LANES + lane >= TOKENS || token == OUTSIDE) {
    return;
  }
  let start = (image * (HEIGHT * WIDTH) + token) * CHANNELS + head * HEAD;
  for (var channel = 0u; channel < HEAD; channel++) {
    output[start + channel] = vec4<Output>(sum_of_values[channel] / sum);
  }
}
