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
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read> fill: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read_write> output: array<vec4<Output>>;

const OUTSIDE = 0xffffffffu;
// Vectors shorter than 1e-12 are divided by that.
const SHORTEST_SQUARED = 1e-24;
// How far a score may exceed the maximum that its exponential is taken from: e to the power of it is far from the end of
// the range, and sums are rescaled a few times instead of at every new maximum.
const HEADROOM = 8.0;
const TOKENS = WINDOW_HEIGHT * WINDOW_WIDTH;
const ROW_WINDOWS = PADDED_WIDTH / WINDOW_WIDTH;
const WINDOWS = PADDED_HEIGHT / WINDOW_HEIGHT * ROW_WINDOWS;
const PADDED = PADDED_HEIGHT > HEIGHT || PADDED_WIDTH > WIDTH;
const MASKED = MASK_HEIGHT + MASK_WIDTH > 0u;
// Channels of q, of k and of v.
const CHANNELS = HEADS * HEAD_DIMENSION;
const TABLE_WIDTH = 2u * WINDOW_WIDTH - 1u;
const TABLE = (2u * WINDOW_HEIGHT - 1u) * TABLE_WIDTH;

// 32 channels of a token's q, k or v, or of its output; zeros beyond the head's.
struct Channels {
  low: mat4x4f,
  high: mat4x4f,
}

// Two tokens of a window.
struct Tokens {
  // Where they stand in the padded grid.
  row: vec2u,
  column: vec2u,
  // The bias of a query and a key is table[place of the query - place of the key + the middle of the table].
  place: vec2u,
}

fn tokens_of(window: u32, token: vec2u) -> Tokens {
  let row = token / WINDOW_WIDTH;
  let column = token % WINDOW_WIDTH;
  return Tokens(
    window / ROW_WINDOWS * WINDOW_HEIGHT + row,
    window % ROW_WINDOWS * WINDOW_WIDTH + column,
    row * TABLE_WIDTH + column,
  );
}

// Tokens of the grid at positions moved by an offset, or OUTSIDE.
fn grid_tokens(tokens: Tokens, offset: vec2u) -> vec2u {
  let row = (tokens.row + offset.x) % MODULUS_HEIGHT;
  let column = (tokens.column + offset.y) % MODULUS_WIDTH;
  let token = row * WIDTH + column;
  if (!PADDED) {
    return token;
  }
  let beyond = (tokens.row >= vec2u(MODULUS_HEIGHT)) | (tokens.column >= vec2u(MODULUS_WIDTH));
  let outside = (row >= vec2u(HEIGHT)) | (column >= vec2u(WIDTH));
  return select(token, vec2u(OUTSIDE), beyond | outside);
}

// Where tokens begin in x, or OUTSIDE.
fn starts(image: u32, tokens: Tokens) -> vec2u {
  let token = grid_tokens(tokens, vec2u(MODULUS_HEIGHT - GATHER_HEIGHT, MODULUS_WIDTH - GATHER_WIDTH));
  let start = (image * (HEIGHT * WIDTH) + token) * (3u * CHANNELS);
  return select(start, vec2u(OUTSIDE), token == vec2u(OUTSIDE));
}

// Numbers for the regions that tokens belong to in the shifted grid.
fn regions(tokens: Tokens) -> vec2u {
  if (!MASKED) {
    return vec2u();
  }
  return region(tokens.row, WINDOW_HEIGHT, MASK_HEIGHT, PADDED_HEIGHT) * 3u
    + region(tokens.column, WINDOW_WIDTH, MASK_WIDTH, PADDED_WIDTH);
}

fn region(position: vec2u, window: u32, mask: u32, length: u32) -> vec2u {
  let index = vec2u(position + window >= vec2u(length)) + vec2u(position + mask >= vec2u(length));
  return select(index, vec2u(), mask == 0u);
}

fn load(start: u32, channel: u32) -> f32 {
  if (PADDED && start == OUTSIDE) {
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
fn bias_and_mask(head: u32, query_place: vec2u, query_region: vec2u, key_place: u32, key_region: u32) -> vec2f {
  var value = vec2f();
  if (BIAS == 1u) {
    let index = head * TABLE + TABLE / 2u + query_place - key_place;
    value = vec2f(table[index.x], table[index.y]);
  }
  if (MASKED) {
    value += select(vec2f(), vec2f(-100.0), query_region != vec2u(key_region));
  }
  return value;
}

fn store(row: u32, head: u32, channels: Channels) {
  var rest = channels;
  for (var channel = 0u; channel < HEAD_DIMENSION * min(batch, 1u); channel += 4u) {
    if (row != OUTSIDE) {
      output[(row * CHANNELS + head * HEAD_DIMENSION + channel) / 4u] = vec4<Output>(rest.low[0]);
    }
    rest = drop_first(rest, rest.high[3]);
  }
}

@compute @workgroup_size(SUBGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let image = group.y / WINDOWS;
  let window = group.y % WINDOWS;
  let head = group.z;
  let query = group.x * (2u * SUBGROUP) + lane + vec2u(0u, SUBGROUP);
  let queries = tokens_of(window, min(query, vec2u(TOKENS - 1u)));
  let query_region = regions(queries);
  let query_start = starts(image, queries);
  let q0 = load_query(query_start.x, head);
  let q1 = load_query(query_start.y, head);
  // Products and not queries are scaled: scores of a thousand make felt what is rounded off each channel.
  var factors = vec2f(SCALE);
  if (COSINE == 1u) {
    factors = scale[head] * vec2f(inverse_length(q0), inverse_length(q1));
  }
  let k_channel = (HEADS + head) * HEAD_DIMENSION;
  let v_channel = (2u * HEADS + head) * HEAD_DIMENSION;
  var largest = vec2f(-1e30);
  var sums = vec2f();
  var mixed0 = Channels();
  var mixed1 = Channels();
  // No constant, as above.
  for (var key = 0u; key < TOKENS * min(batch, 1u); key++) {
    let keys = tokens_of(window, vec2u(key));
    let start = starts(image, keys).x;
    let k = load_shared(start, k_channel, lane);
    let products = mat2x2f(product(q0, k), product(q1, k));
    let values = vec2f(products[0].x, products[1].x);
    let rests = vec2f(products[0].y, products[1].y);
    var key_factors = factors;
    if (COSINE == 1u) {
      key_factors *= inverse_length(k);
    }
    let added = bias_and_mask(head, queries.place, query_region, keys.place.x, regions(keys).x);
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
  let targets = grid_tokens(queries, vec2u(SCATTER_HEIGHT, SCATTER_WIDTH));
  let rows = image * (HEIGHT * WIDTH) + targets;
  let stored = select(rows, vec2u(OUTSIDE), (targets == vec2u(OUTSIDE)) | (query >= vec2u(TOKENS)));
  store(stored.x, head, times(mixed0, 1.0 / sums.x));
  store(stored.y, head, times(mixed1, 1.0 / sums.y));
}
