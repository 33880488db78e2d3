// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, or of the cosine of q and k, per window and head.
// x holds q, k and v in the order of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No
// window is ever laid out in memory.
//
// For software adapters that run four invocations together, execute both sides of every branch, and keep what a loop
// carries in memory: a workgroup is a quad, which takes two queries an invocation and four keys at a time. An invocation
// loads one of the keys and its value, and the four change places within the quad, so that each invocation has them in an
// order of its own. What is mixed is read and written once for four keys, and rescaled without a branch.
//
// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 8 },
//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.
// Requires: HEAD_DIMENSION % 4 == 0, HEAD_DIMENSION <= 32, subgroups.

enable subgroups;

alias Input = f32;
alias Output = f32;

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
@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read> fill: array<vec4f>;
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

// Tokens of a window, of which an invocation has two queries and a key.
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

// Where a token begins in x, counted in vec4s, or OUTSIDE.
fn token_start(size: Sizes, image: u32, token: Token) -> u32 {
  let by = vec2u(size.MODULUS_HEIGHT - size.GATHER_HEIGHT, size.MODULUS_WIDTH - size.GATHER_WIDTH);
  let place = grid_token(size, token, by);
  let start = (image * (size.HEIGHT * size.WIDTH) + place) * (3u * size.HEADS * HEAD_DIMENSION / 4u);
  return select(start, OUTSIDE, place == OUTSIDE);
}

// Four channels from the given one on; zeros beyond the head's.
fn load(start: u32, first: u32, part: u32) -> vec4f {
  if (4u * part >= HEAD_DIMENSION) {
    return vec4f();
  }
  let quad = first / 4u + part;
  if (PADS == 1u && start == OUTSIDE) {
    if (FILL == 0u) {
      return vec4f();
    }
    return fill[quad];
  }
  return vec4f(x[start + quad]);
}

// q, k or v of a token, whose channels begin at the first.
fn load_channels(start: u32, first: u32) -> Channels {
  return Channels(
    mat4x4f(load(start, first, 0u), load(start, first, 1u), load(start, first, 2u), load(start, first, 3u)),
    mat4x4f(load(start, first, 4u), load(start, first, 5u), load(start, first, 6u), load(start, first, 7u)),
  );
}

// The channels of the invocation beside this one, of that below, and of that across.
fn beside(own: Channels) -> Channels {
  let low = own.low;
  let high = own.high;
  return Channels(
    mat4x4f(quadSwapX(low[0]), quadSwapX(low[1]), quadSwapX(low[2]), quadSwapX(low[3])),
    mat4x4f(quadSwapX(high[0]), quadSwapX(high[1]), quadSwapX(high[2]), quadSwapX(high[3])),
  );
}

fn below(own: Channels) -> Channels {
  let low = own.low;
  let high = own.high;
  return Channels(
    mat4x4f(quadSwapY(low[0]), quadSwapY(low[1]), quadSwapY(low[2]), quadSwapY(low[3])),
    mat4x4f(quadSwapY(high[0]), quadSwapY(high[1]), quadSwapY(high[2]), quadSwapY(high[3])),
  );
}

fn across(own: Channels) -> Channels {
  let low = own.low;
  let high = own.high;
  return Channels(
    mat4x4f(quadSwapDiagonal(low[0]), quadSwapDiagonal(low[1]), quadSwapDiagonal(low[2]), quadSwapDiagonal(low[3])),
    mat4x4f(quadSwapDiagonal(high[0]), quadSwapDiagonal(high[1]), quadSwapDiagonal(high[2]), quadSwapDiagonal(high[3])),
  );
}

// Four values of a quad, in an invocation's own order.
fn exchange_numbers(value: u32) -> vec4u {
  return vec4u(value, quadSwapX(value), quadSwapY(value), quadSwapDiagonal(value));
}

fn exchange(value: f32) -> vec4f {
  return vec4f(value, quadSwapX(value), quadSwapY(value), quadSwapDiagonal(value));
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

fn exponentials(value: vec4f) -> vec4f {
  let x = max(value, vec4f(-87.0));
  let power = round(x * 1.44269504088896341);
  let rest = (x - power * 0.693359375) + power * 2.12194440e-4;
  let series = ((((1.9875691500e-4 * rest + 1.3981999507e-3) * rest + 8.3334519073e-3) * rest + 4.1665795894e-2) * rest
    + 1.6666665459e-1) * rest + 5.0000001201e-1;
  let mantissa = (series * rest * rest + rest) + 1.0;
  let scale = bitcast<vec4f>((vec4i(power) + 127) << vec4u(23u));
  return select(mantissa * scale, vec4f(), value < vec4f(-87.0));
}

fn inverse_length(channels: Channels) -> f32 {
  return inverseSqrt(max(product(channels, channels).x, SHORTEST_SQUARED));
}

// (value + rest) * factor - origin, where value * factor is close to the origin and both are large: products of halves of
// a number are exact, so that nothing is rounded off before the difference is small.
fn scaled_difference(value: vec4f, rest: vec4f, factor: vec4f, origin: f32) -> vec4f {
  let upper = upper_half(value);
  let upper_factor = upper_half(factor);
  return (upper * upper_factor - origin) + (upper * (factor - upper_factor) + (value - upper + rest) * factor);
}

fn upper_half(value: vec4f) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(value) & vec4u(0xfffff000u));
}

// What is added to the scores of a query and four keys.
fn bias_and_mask(head: u32, query_place: u32, query_region: u32, key_places: vec4u, key_regions: vec4u) -> vec4f {
  var value = vec4f();
  if (BIAS == 1u) {
    let index = head * TABLE + TABLE / 2u + query_place - key_places;
    value = vec4f(table[index.x], table[index.y], table[index.z], table[index.w]);
  }
  return value + select(vec4f(), vec4f(-100.0), vec4u(query_region) != key_regions);
}

// Four keys or their values, each of which another invocation of the quad loaded.
struct Quad {
  own: Channels,
  beside: Channels,
  below: Channels,
  across: Channels,
}

fn quad_of(own: Channels) -> Quad {
  return Quad(own, beside(own), below(own), across(own));
}

// The largest score so far, the shares of four keys, and by what earlier shares shrink.
struct Shares {
  largest: f32,
  correction: f32,
  values: vec4f,
}

fn shares_of(query: Channels, keys: Quad, factors: vec4f, added: vec4f, largest: f32) -> Shares {
  let own = product(query, keys.own);
  let beside = product(query, keys.beside);
  let below = product(query, keys.below);
  let across = product(query, keys.across);
  let values = vec4f(own.x, beside.x, below.x, across.x);
  let rests = vec4f(own.y, beside.y, below.y, across.y);
  let scores = values * factors + added;
  let pairs = max(scores.xy, scores.zw);
  let most = max(pairs.x, pairs.y);
  let larger = select(largest, most, most > largest + HEADROOM);
  let correction = exponential(vec2f(largest - larger)).x;
  return Shares(larger, correction, exponentials(scaled_difference(values, rests, factors, larger) + added));
}

fn mix(mixed: mat4x4f, correction: f32, quads: array<mat4x4f, 4>, shares: vec4f) -> mat4x4f {
  return mat4x4f(
    mixed[0] * correction + mat4x4f(quads[0][0], quads[1][0], quads[2][0], quads[3][0]) * shares,
    mixed[1] * correction + mat4x4f(quads[0][1], quads[1][1], quads[2][1], quads[3][1]) * shares,
    mixed[2] * correction + mat4x4f(quads[0][2], quads[1][2], quads[2][2], quads[3][2]) * shares,
    mixed[3] * correction + mat4x4f(quads[0][3], quads[1][3], quads[2][3], quads[3][3]) * shares,
  );
}

fn mix_all(mixed: Channels, shares: Shares, values: Quad) -> Channels {
  let low = array(values.own.low, values.beside.low, values.below.low, values.across.low);
  let high = array(values.own.high, values.beside.high, values.below.high, values.across.high);
  return Channels(
    mix(mixed.low, shares.correction, low, shares.values),
    mix(mixed.high, shares.correction, high, shares.values),
  );
}

fn drop_first(channels: Channels, next: vec4f) -> Channels {
  let low = channels.low;
  let high = channels.high;
  return Channels(mat4x4f(low[1], low[2], low[3], high[0]), mat4x4f(high[1], high[2], high[3], next));
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

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = sizes;
  let row_windows = size.PADDED_WIDTH / WINDOW_WIDTH;
  let windows = size.PADDED_HEIGHT / WINDOW_HEIGHT * row_windows;
  let image = group.y / windows;
  let number = group.y % windows;
  let window = vec2u(number / row_windows * WINDOW_HEIGHT, number % row_windows * WINDOW_WIDTH);
  let head = group.z;
  let index0 = group.x * 8u + lane;
  let index1 = index0 + 4u;
  let query0 = token_of(size, window, min(index0, TOKENS - 1u));
  let query1 = token_of(size, window, min(index1, TOKENS - 1u));
  let q0 = load_channels(token_start(size, image, query0), head * HEAD_DIMENSION);
  let q1 = load_channels(token_start(size, image, query1), head * HEAD_DIMENSION);
  let k_channel = (size.HEADS + head) * HEAD_DIMENSION;
  let v_channel = (2u * size.HEADS + head) * HEAD_DIMENSION;
  // Products and not queries are scaled: scores of a thousand make felt what is rounded off each channel.
  var factors = vec2f(SCALE);
  if (COSINE == 1u) {
    factors = scale[head] * vec2f(inverse_length(q0), inverse_length(q1));
  }
  var largest = vec2f(-1e30);
  var sums = vec2f();
  var mixed0 = Channels();
  var mixed1 = Channels();
  // No constant, so that no driver unrolls the loop that counts to it.
  for (var first = 0u; first < TOKENS * min(batch, 1u); first += 4u) {
    let index = first + lane;
    let key = token_of(size, window, min(index, TOKENS - 1u));
    let start = token_start(size, image, key);
    let own = load_channels(start, k_channel);
    let keys = quad_of(own);
    var key_factors = vec4f(1.0);
    if (COSINE == 1u) {
      key_factors = exchange(inverse_length(own));
    }
    let places = exchange_numbers(key.place);
    let key_regions = exchange_numbers(key.region);
    var added0 = bias_and_mask(head, query0.place, query0.region, places, key_regions);
    var added1 = bias_and_mask(head, query1.place, query1.region, places, key_regions);
    if (TOKENS % 4u > 0u) {
      let beyond = exchange_numbers(index) >= vec4u(TOKENS);
      added0 = select(added0, vec4f(-1e30), beyond);
      added1 = select(added1, vec4f(-1e30), beyond);
    }
    let shares0 = shares_of(q0, keys, factors.x * key_factors, added0, largest.x);
    let shares1 = shares_of(q1, keys, factors.y * key_factors, added1, largest.y);
    largest = vec2f(shares0.largest, shares1.largest);
    sums = sums * vec2f(shares0.correction, shares1.correction)
      + vec2f(dot(shares0.values, vec4f(1.0)), dot(shares1.values, vec4f(1.0)));
    let values = quad_of(load_channels(start, v_channel));
    mixed0 = mix_all(mixed0, shares0, values);
    mixed1 = mix_all(mixed1, shares1, values);
  }
  store(size, target_row(size, image, query0, index0), head, times(mixed0, 1.0 / sums.x));
  store(size, target_row(size, image, query1, index1), head, times(mixed1, 1.0 / sums.y));
}
