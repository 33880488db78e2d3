// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, or of the cosine of q and k, per window and head. x holds q, k and v in the order
// of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No window is ever laid out in memory.
//
// For GPUs: a workgroup takes QUERIES queries of one window and head, and stages keys and values in workgroup memory. PARTS
// invocations share a query: each takes four keys of every 4 * PARTS, in a running softmax of its own, and what they come
// to is put together at the end. Few windows keep a GPU busy that way.
//
// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 1 * QUERIES },
//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.
// Requires: HEAD_DIMENSION % 4 == 0, HEAD_DIMENSION <= 256, QUERIES * PARTS <= 256.

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
const QUERIES: u32 = 64;
const PARTS: u32 = 1;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read> fill: array<vec4f>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read_write> output: array<vec4<Output>>;

const LANES = QUERIES * PARTS;
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

// Keys staged at a time, in fours: 8 KiB of k and v together.
const KEYS = clamp(64u / HEAD, 1u, 16u) * 4u;
const STAGED = max(KEYS * HEAD, LANES);

// By keys, then channels. At the end they carry what the parts of a query came to.
var<workgroup> keys: array<vec4f, STAGED>;
var<workgroup> values: array<vec4f, STAGED>;
// Of each staged key, where its bias is and its region.
var<workgroup> places: array<vec2u, KEYS>;

fn token_start(image: u32, window: u32, token: u32) -> u32 {
  let from_token = source_token(padded_position(window, min(token, TOKENS - 1u)));
  return select((image * (HEIGHT * WIDTH) + from_token) * (3u * CHANNELS), OUTSIDE, from_token == OUTSIDE);
}

// The score of a key before q . k; keys behind the last one get none of the softmax.
fn first_score(head: u32, query: vec2u, key: u32, count: u32) -> f32 {
  if (key >= count) {
    return -1e30;
  }
  var value = 0.0;
  if (BIAS == 1u) {
    value = table[head * TABLE + query.x + place(TOKENS - 1u) - places[key].x];
  }
  if (MASKED) {
    value += select(0.0, -100.0, query.y != places[key].y);
  }
  return value;
}

fn inverse_length(squares: f32) -> f32 {
  return inverseSqrt(max(squares, SHORTEST_SQUARED));
}

// Gives every staged key the length 1, an invocation each.
fn normalise_keys(lane: u32) {
  for (var key = lane; key < KEYS; key += LANES) {
    var squares = 0.0;
    for (var channel = 0u; channel < HEAD; channel++) { // unrolled
      squares += dot(keys[key * HEAD + channel], keys[key * HEAD + channel]);
    }
    let factor = inverse_length(squares);
    for (var channel = 0u; channel < HEAD; channel++) { // unrolled
      keys[key * HEAD + channel] *= factor;
    }
  }
}

fn stage(image: u32, window: u32, head: u32, first: u32, lane: u32) {
  for (var i = lane; i < KEYS * HEAD; i += LANES) {
    let start = token_start(image, window, first + i / HEAD);
    let channel = head * HEAD + i % HEAD;
    keys[i] = load(start, CHANNELS + channel);
    values[i] = load(start, 2u * CHANNELS + channel);
  }
  for (var key = lane; key < KEYS; key += LANES) {
    let token = min(first + key, TOKENS - 1u);
    places[key] = vec2u(place(token), region(padded_position(window, token)));
  }
}

// For each part of a query: by what its sum of values is scaled, so that the parts add up to the answer.
fn part_factor(lane: u32, largest: f32, sum: f32) -> f32 {
  if (PARTS == 1u) {
    return 1.0 / sum;
  }
  workgroupBarrier();
  keys[lane] = vec4f(largest, sum, 0.0, 0.0);
  workgroupBarrier();
  var most = largest;
  for (var part = 0u; part < PARTS; part++) { // unrolled
    most = max(most, keys[part * QUERIES + lane % QUERIES].x);
  }
  var total = 0.0;
  for (var part = 0u; part < PARTS; part++) { // unrolled
    let other = keys[part * QUERIES + lane % QUERIES];
    total += other.y * exp(other.x - most);
  }
  // Before `keys` are written again.
  workgroupBarrier();
  return exp(largest - most) / total;
}

// The sum of four channels over the parts of a query. The arrays take turns, so that one barrier a turn is enough.
fn add_parts(lane: u32, channel: u32, value: vec4f) -> vec4f {
  if (PARTS == 1u) {
    return value;
  }
  if (channel % 2u == 0u) {
    keys[lane] = value;
  } else {
    values[lane] = value;
  }
  workgroupBarrier();
  var sum = vec4f();
  if (channel % PARTS == lane / QUERIES) {
    for (var part = 0u; part < PARTS; part++) { // unrolled
      let place = part * QUERIES + lane % QUERIES;
      sum += select(values[place], keys[place], channel % 2u == 0u);
    }
  }
  return sum;
}

@compute @workgroup_size(QUERIES, PARTS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let image = group.y / WINDOWS;
  let window = group.y % WINDOWS;
  let head = group.z;
  let part = lane / QUERIES;
  let query = min(group.x * QUERIES + lane % QUERIES, TOKENS - 1u);
  let query_position = padded_position(window, query);
  let query_place = vec2u(place(query), region(query_position));
  let query_start = token_start(image, window, query);
  var q: array<vec4f, HEAD>;
  var sum_of_values: array<vec4f, HEAD>;
  var squares = 0.0;
  for (var channel = 0u; channel < HEAD; channel++) { // unrolled
    q[channel] = load(query_start, head * HEAD + channel);
    squares += dot(q[channel], q[channel]);
  }
  var factor = SCALE;
  if (COSINE == 1u) {
    factor = scale[head] * inverse_length(squares);
  }
  for (var channel = 0u; channel < HEAD; channel++) { // unrolled
    q[channel] *= factor;
  }
  var largest = -1e30;
  var sum = 0.0;
  for (var first = 0u; first < TOKENS; first += KEYS) {
    workgroupBarrier();
    stage(image, window, head, first, lane);
    workgroupBarrier();
    if (COSINE == 1u) {
      normalise_keys(lane);
      workgroupBarrier();
    }
    // Four keys at a time: their products do not wait for each other, and one correction of the sums serves them all.
    let count = min(KEYS, TOKENS - first);
    for (var key = part * 4u; key < count; key += 4u * PARTS) {
      var scores = vec4f(
        first_score(head, query_place, key, count),
        first_score(head, query_place, key + 1u, count),
        first_score(head, query_place, key + 2u, count),
        first_score(head, query_place, key + 3u, count),
      );
      let i = key * HEAD;
      for (var channel = 0u; channel < HEAD; channel++) { // unrolled
        scores += vec4f(
          dot(q[channel], keys[i + channel]),
          dot(q[channel], keys[i + HEAD + channel]),
          dot(q[channel], keys[i + 2u * HEAD + channel]),
          dot(q[channel], keys[i + 3u * HEAD + channel]),
        );
      }
      let larger = max(max(max(scores.x, scores.y), max(scores.z, scores.w)), largest);
      let correction = exp(largest - larger);
      let p = exp(scores - larger);
      largest = larger;
      sum = sum * correction + p.x + p.y + p.z + p.w;
      for (var channel = 0u; channel < HEAD; channel++) { // unrolled
        sum_of_values[channel] = sum_of_values[channel] * correction + p.x * values[i + channel] +
          p.y * values[i + HEAD + channel] + p.z * values[i + 2u * HEAD + channel] +
          p.w * values[i + 3u * HEAD + channel];
      }
    }
  }
  let last_factor = part_factor(lane, largest, sum);
  let token = target_token(query_position);
  let writes = group.x * QUERIES + lane % QUERIES < TOKENS && token != OUTSIDE;
  let start = (image * (HEIGHT * WIDTH) + token) * CHANNELS + head * HEAD;
  for (var channel = 0u; channel < HEAD; channel++) { // unrolled
    let value = add_parts(lane, channel, sum_of_values[channel] * last_factor);
    if (writes && channel % PARTS == part) {
      output[start + channel] = vec4<Output>(value);
    }
  }
}
