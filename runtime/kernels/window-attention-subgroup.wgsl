// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, or of the cosine of q and k, per window and head.
// x holds q, k and v in the order of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No
// window is ever laid out in memory.
//
// For software adapters with subgroups: loads are what costs there, so that a key and its value are loaded once for a
// workgroup, which is one subgroup, and handed round. An invocation takes two queries, key by key with a running
// softmax; no workgroup memory, no barriers, no indexed private arrays.
//
// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 2 * SUBGROUP },
//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.
// Requires: HEAD_DIMENSION % 4 == 0, HEAD_DIMENSION <= 32, subgroups of SUBGROUP invocations.

enable subgroups;

alias Input = f32;
alias Output = f32;

// Invocations that run together on this adapter: 4 or 8.
const SUBGROUP: u32 = 8;
const WINDOW_HEIGHT: u32 = 2;
const WINDOW_WIDTH: u32 = 2;
const HEAD_DIMENSION: u32 = 4;
// Whether windows tile a grid that is padded.
const PADS: u32 = 1;
const SCALE: f32 = 1;
// Whether the scores take a relative position bias, and whether tokens outside the grid read `fill` (else zeros).
const BIAS: u32 = 0;
const FILL: u32 = 0;
// 1: scale[head] * q . k / (|q| |k|) in place of SCALE * q . k.
const COSINE: u32 = 0;

// No part of the text, so that one pipeline serves all stages, shifted or not: software adapters take longer to compile
// one than to run it.
struct Sizes {
  // The grid of x, and the padded grid that windows tile.
  HEIGHT: u32,
  WIDTH: u32,
  PADDED_HEIGHT: u32,
  PADDED_WIDTH: u32,
  // The length that the cyclic shift wraps at: the grid's (roll, then pad) or the padded grid's (pad, then roll).
  MODULUS_HEIGHT: u32,
  MODULUS_WIDTH: u32,
  HEADS: u32,
  // Window position p reads grid position (p - GATHER) mod MODULUS and writes (p + SCATTER) mod MODULUS.
  GATHER_HEIGHT: u32,
  GATHER_WIDTH: u32,
  SCATTER_HEIGHT: u32,
  SCATTER_WIDTH: u32,
  // Tokens of different regions are masked; the last region begins MASK before the end. 0: one region.
  MASK_HEIGHT: u32,
  MASK_WIDTH: u32,
}

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read> fill: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read_write> output: array<vec4<Output>>;
@group(0) @binding(6) var<uniform> sizes: Sizes;

const OUTSIDE = 0xffffffffu;
// Vectors shorter than 1e-12 are divided by that.
const SHORTEST_SQUARED = 1e-24;
// How far a score may exceed the maximum that its exponential is taken from: e to the power of it is far from the end of
// the range, and sums are rescaled a few times instead of at every new maximum.
const HEADROOM = 8.0;
const TOKENS = WINDOW_HEIGHT * WINDOW_WIDTH;
const TABLE_WIDTH = 2u * WINDOW_WIDTH - 1u;
const TABLE = (2u * WINDOW_HEIGHT - 1u) * TABLE_WIDTH;

// 32 channels of a token's q, k or v, or of its output; zeros beyond the head's.
struct Channels {
  low: mat4x4f,
  high: mat4x4f,
}

// A token of a window.
struct Token {
  // Where it stands in the padded grid.
  row: u32,
  column: u32,
  // The bias of a query and a key is table[place of the query - place of the key + the middle of the table].
  place: u32,
  region: u32,
}

// The window's first row and column are given. A half more than an index is no multiple of the width: rounding cannot carry
// it over one, and no integers are divided, which software adapters do one by one.
fn token_of(size: Sizes, window: vec2u, index: u32) -> Token {
  let window_row = u32((f32(index) + 0.5) * (1.0 / f32(WINDOW_WIDTH)));
  let window_column = index - window_row * WINDOW_WIDTH;
  let row = window.x + window_row;
  let column = window.y + window_column;
  let region = region_of(row, WINDOW_HEIGHT, size.MASK_HEIGHT, size.PADDED_HEIGHT) * 3u
    + region_of(column, WINDOW_WIDTH, size.MASK_WIDTH, size.PADDED_WIDTH);
  return Token(row, column, window_row * TABLE_WIDTH + window_column, region);
}

// A number for the region of the shifted grid that a position belongs to.
fn region_of(position: u32, window: u32, mask: u32, length: u32) -> u32 {
  let index = u32(position + window >= length) + u32(position + mask >= length);
  return select(index, 0u, mask == 0u);
}

// The token of the grid at a position moved by less than the modulus, or OUTSIDE.
fn grid_token(size: Sizes, token: Token, by: vec2u) -> u32 {
  let row = wrap(token.row + by.x, size.MODULUS_HEIGHT);
  let column = wrap(token.column + by.y, size.MODULUS_WIDTH);
  let place = row * size.WIDTH + column;
  if (PADS == 0u) {
    return place;
  }
  let beyond = token.row >= size.MODULUS_HEIGHT || token.column >= size.MODULUS_WIDTH;
  let outside = row >= size.HEIGHT || column >= size.WIDTH;
  return select(place, OUTSIDE, beyond || outside);
}

// Positions within the modulus are moved by no more than that.
fn wrap(position: u32, modulus: u32) -> u32 {
  return select(position, position - modulus, position >= modulus);
}

// Where a token begins in x, or OUTSIDE.
fn start_of(size: Sizes, image: u32, token: Token) -> u32 {
  let by = vec2u(size.MODULUS_HEIGHT - size.GATHER_HEIGHT, size.MODULUS_WIDTH - size.GATHER_WIDTH);
  let place = grid_token(size, token, by);
  let start = (image * (size.HEIGHT * size.WIDTH) + place) * (3u * size.HEADS * HEAD_DIMENSION);
  return select(start, OUTSIDE, place == OUTSIDE);
}

fn load(start: u32, channel: u32) -> f32 {
  if (PADS == 1u && start == OUTSIDE) {
    if (FILL == 0u) {
      return 0.0;
    }
    return fill[channel];
  }
  return f32(x[start + channel]);
}

// q of a token, which an invocation loads for itself.
fn load_query(start: u32, head: u32) -> Channels {
  var channels = Channels();
  // No constant, so that no driver unrolls the loop that counts to it. After 8 turns each column is in its place.
  let turns = 8u * min(batch, 1u);
  for (var turn = 0u; turn < turns; turn++) {
    var values = vec4f();
    if (turn * 4u < HEAD_DIMENSION) {
      let channel = head * HEAD_DIMENSION + turn * 4u;
      values = vec4f(load(start, channel), load(start, channel + 1u), load(start, channel + 2u), load(start, channel + 3u));
    }
    channels = drop_first(channels, values);
  }
  return channels;
}

fn drop_first(channels: Channels, next: vec4f) -> Channels {
  let low = channels.low;
  let high = channels.high;
  return Channels(mat4x4f(low[1], low[2], low[3], high[0]), mat4x4f(high[1], high[2], high[3], next));
}

// One of as many channels as there are invocations, each of which loads its own; zero beyond the head's.
fn load_part(start: u32, first: u32, part: u32, lane: u32) -> f32 {
  if (part * SUBGROUP >= HEAD_DIMENSION) {
    return 0.0;
  }
  let channel = part * SUBGROUP + lane;
  if (HEAD_DIMENSION % SUBGROUP == 0u) {
    return load(start, first + channel);
  }
  return select(0.0, load(start, first + min(channel, HEAD_DIMENSION - 1u)), channel < HEAD_DIMENSION);
}

// Four channels, one of each of the first four invocations, or of the last four of eight.
fn first_four(value: f32) -> vec4f {
  return vec4f(
    subgroupBroadcast(value, 0u),
    subgroupBroadcast(value, 1u),
    subgroupBroadcast(value, 2u),
    subgroupBroadcast(value, 3u),
  );
}

fn last_four(value: f32) -> vec4f {
  return vec4f(
    subgroupBroadcast(value, 4u),
    subgroupBroadcast(value, 5u),
    subgroupBroadcast(value, 6u),
    subgroupBroadcast(value, 7u),
  );
}

// k or v of a token, loaded by all invocations together.
fn load_shared(start: u32, first: u32, lane: u32) -> Channels {
  let part0 = load_part(start, first, 0u, lane);
  let part1 = load_part(start, first, 1u, lane);
  let part2 = load_part(start, first, 2u, lane);
  let part3 = load_part(start, first, 3u, lane);
  if (SUBGROUP == 8u) {
    return Channels(
      mat4x4f(first_four(part0), last_four(part0), first_four(part1), last_four(part1)),
      mat4x4f(first_four(part2), last_four(part2), first_four(part3), last_four(part3)),
    );
  }
  let part4 = load_part(start, first, 4u, lane);
  let part5 = load_part(start, first, 5u, lane);
  let part6 = load_part(start, first, 6u, lane);
  let part7 = load_part(start, first, 7u, lane);
  return Channels(
    mat4x4f(first_four(part0), first_four(part1), first_four(part2), first_four(part3)),
    mat4x4f(first_four(part4), first_four(part5), first_four(part6), first_four(part7)),
  );
}

// The product, and what its last sum rounds off.
fn product(a: Channels, b: Channels) -> vec2f {
  // Few sums are as large as the whole: each of those rounds off the most.
  var low = a.low[0] * b.low[0];
  low += a.low[1] * b.low[1];
  low += a.low[2] * b.low[2];
  low += a.low[3] * b.low[3];
  var high = a.high[0] * b.high[0];
  high += a.high[1] * b.high[1];
  high += a.high[2] * b.high[2];
  high += a.high[3] * b.high[3];
  let sums = low + high;
  let pairs = sums.xy + sums.zw;
  let sum = pairs.x + pairs.y;
  let second = sum - pairs.x;
  return vec2f(sum, (pairs.x - (sum - second)) + (pairs.y - second));
}

fn times(channels: Channels, factor: f32) -> Channels {
  return Channels(channels.low * factor, channels.high * factor);
}

// e to the power of values, to about a unit in the last place; drivers that compute it by themselves are off by several.
// Cody and Waite's reduction and a polynomial (Cephes, expf).
fn exponential(value: vec2f) -> vec2f {
  let x = max(value, vec2f(-87.0));
  let power = round(x * 1.44269504088896341);
  let rest = (x - power * 0.693359375) + power * 2.12194440e-4;
  let series = ((((1.9875691500e-4 * rest + 1.3981999507e-3) * rest + 8.3334519073e-3) * rest + 4.1665795894e-2) * rest
    + 1.6666665459e-1) * rest + 5.0000001201e-1;
  let mantissa = (series * rest * rest + rest) + 1.0;
  let scale = bitcast<vec2f>((vec2i(power) + 127) << vec2u(23u));
  return select(mantissa * scale, vec2f(), value < vec2f(-87.0));
}

fn inverse_length(channels: Channels) -> f32 {
  return inverseSqrt(max(product(channels, channels).x, SHORTEST_SQUARED));
}

// (value + rest) * factor - origin, where value * factor is close to the origin and both are large: products of halves of
// a number are exact, so that nothing is rounded off before the difference is small.
fn scaled_difference(value: vec2f, rest: vec2f, factor: vec2f, origin: vec2f) -> vec2f {
  let upper = upper_half(value);
  let upper_factor = upper_half(factor);
  return (upper * upper_factor - origin) + (upper * (factor - upper_factor) + (value - upper + rest) * factor);
}

fn upper_half(value: vec2f) -> vec2f {
  return bitcast<vec2f>(bitcast<vec2u>(value) & vec2u(0xfffff000u));
}

// What is added to the scores of two queries and a key.
fn bias_and_mask(head: u32, query0: Token, query1: Token, key: Token) -> vec2f {
  var value = vec2f();
  if (BIAS == 1u) {
    let middle = head * TABLE + TABLE / 2u - key.place;
    value = vec2f(table[middle + query0.place], table[middle + query1.place]);
  }
  return value + select(vec2f(), vec2f(-100.0), vec2u(query0.region, query1.region) != vec2u(key.region));
}

// At a row of the output, unless it is OUTSIDE.
fn store(size: Sizes, row: u32, head: u32, channels: Channels) {
  var rest = channels;
  let first = (row * size.HEADS + head) * (HEAD_DIMENSION / 4u);
  for (var quad = 0u; quad < HEAD_DIMENSION / 4u * min(batch, 1u); quad++) {
    if (row != OUTSIDE) {
      output[first + quad] = vec4<Output>(rest.low[0]);
    }
    rest = drop_first(rest, rest.high[3]);
  }
}

// The row of the output that a query goes to, or OUTSIDE.
fn target_row(size: Sizes, image: u32, token: Token, query: u32) -> u32 {
  let place = grid_token(size, token, vec2u(size.SCATTER_HEIGHT, size.SCATTER_WIDTH));
  let row = image * (size.HEIGHT * size.WIDTH) + place;
  return select(row, OUTSIDE, place == OUTSIDE || query >= TOKENS);
}

@compute @workgroup_size(SUBGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = sizes;
  let row_windows = size.PADDED_WIDTH / WINDOW_WIDTH;
  let windows = size.PADDED_HEIGHT / WINDOW_HEIGHT * row_windows;
  let image = group.y / windows;
  let number = group.y % windows;
  let window = vec2u(number / row_windows * WINDOW_HEIGHT, number % row_windows * WINDOW_WIDTH);
  let head = group.z;
  let index0 = group.x * (2u * SUBGROUP) + lane;
  let index1 = index0 + SUBGROUP;
  let query0 = token_of(size, window, min(index0, TOKENS - 1u));
  let query1 = token_of(size, window, min(index1, TOKENS - 1u));
  let q0 = load_query(start_of(size, image, query0), head);
  let q1 = load_query(start_of(size, image, query1), head);
  // Products and not queries are scaled: scores of a thousand make felt what is rounded off each channel.
  var factors = vec2f(SCALE);
  if (COSINE == 1u) {
    factors = scale[head] * vec2f(inverse_length(q0), inverse_length(q1));
  }
  let k_channel = (size.HEADS + head) * HEAD_DIMENSION;
  let v_channel = (2u * size.HEADS + head) * HEAD_DIMENSION;
  var largest = vec2f(-1e30);
  var sums = vec2f();
  var mixed0 = Channels();
  var mixed1 = Channels();
  // No constant, as above.
  for (var index = 0u; index < TOKENS * min(batch, 1u); index++) {
    let key = token_of(size, window, index);
    let start = start_of(size, image, key);
    let k = load_shared(start, k_channel, lane);
    let products = mat2x2f(product(q0, k), product(q1, k));
    let values = vec2f(products[0].x, products[1].x);
    let rests = vec2f(products[0].y, products[1].y);
    var key_factors = factors;
    if (COSINE == 1u) {
      key_factors *= inverse_length(k);
    }
    let added = bias_and_mask(head, query0, query1, key);
    let scores = values * key_factors + added;
    if (any(scores > largest + HEADROOM)) {
      let larger = max(scores, largest);
      let corrections = exponential(largest - larger);
      mixed0 = times(mixed0, corrections.x);
      mixed1 = times(mixed1, corrections.y);
      sums *= corrections;
      largest = larger;
    }
    let exponentials = exponential(scaled_difference(values, rests, key_factors, largest) + added);
    sums += exponentials;
    let v = load_shared(start, v_channel, lane);
    mixed0.low += v.low * exponentials.x;
    mixed0.high += v.high * exponentials.x;
    mixed1.low += v.low * exponentials.y;
    mixed1.high += v.high * exponentials.y;
  }
  store(size, target_row(size, image, query0, index0), head, times(mixed0, 1.0 / sums.x));
  store(size, target_row(size, image, query1, index1), head, times(mixed1, 1.0 / sums.y));
}
