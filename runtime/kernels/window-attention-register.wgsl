// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, or of the cosine of q and k, per window and head. x holds q, k and v in the order
// of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No window is ever laid out in memory.
//
// For software adapters: one invocation takes four queries of one window and head, and keys four at a time with a
// running softmax; no workgroup memory, no barriers, no indexed private arrays. It holds 32 channels of the output in
// matrices; wider heads repeat the scores for each 32 channels. The text is kept small in loads and stores, which such
// drivers are slow to compile: loops turn matrices instead of indexing them.
//
// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 32 },
//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.
// Requires: HEAD_DIMENSION % 4 == 0.

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
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read> fill: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read_write> output: array<vec4<Output>>;

const LANES = 8u;
const OUTSIDE = 0xffffffffu;
// Vectors shorter than 1e-12 are divided by that.
const SHORTEST_SQUARED = 1e-24;
const TOKENS = WINDOW_HEIGHT * WINDOW_WIDTH;
const ROW_WINDOWS = PADDED_WIDTH / WINDOW_WIDTH;
const WINDOWS = PADDED_HEIGHT / WINDOW_HEIGHT * ROW_WINDOWS;
const PADDED = PADDED_HEIGHT > HEIGHT || PADDED_WIDTH > WIDTH;
const MASKED = MASK_HEIGHT + MASK_WIDTH > 0u;
// Channels of q, of k and of v.
const CHANNELS = HEADS * HEAD_DIMENSION;
// Matrices that hold the output of four queries, four channels each.
const MATRICES = select(8u, 2u, HEAD_DIMENSION <= 8u);
const TABLE_WIDTH = 2u * WINDOW_WIDTH - 1u;
const TABLE = (2u * WINDOW_HEIGHT - 1u) * TABLE_WIDTH;

// Four tokens of a window.
struct Tokens {
  // Where they stand in the padded grid.
  row: vec4u,
  column: vec4u,
  // The bias of a query and a key is table[place of the query - place of the key + the middle of the table].
  place: vec4u,
}

fn tokens_of(window: u32, token: vec4u) -> Tokens {
  let row = token / WINDOW_WIDTH;
  let column = token % WINDOW_WIDTH;
  return Tokens(
    window / ROW_WINDOWS * WINDOW_HEIGHT + row,
    window % ROW_WINDOWS * WINDOW_WIDTH + column,
    row * TABLE_WIDTH + column,
  );
}

// Tokens of the grid at positions moved by an offset, or OUTSIDE.
fn grid_tokens(tokens: Tokens, offset: vec2u) -> vec4u {
  let row = (tokens.row + offset.x) % MODULUS_HEIGHT;
  let column = (tokens.column + offset.y) % MODULUS_WIDTH;
  let token = row * WIDTH + column;
  if (!PADDED) {
    return token;
  }
  let beyond = (tokens.row >= vec4u(MODULUS_HEIGHT)) | (tokens.column >= vec4u(MODULUS_WIDTH));
  let outside = (row >= vec4u(HEIGHT)) | (column >= vec4u(WIDTH));
  return select(token, vec4u(OUTSIDE), beyond | outside);
}

// Where tokens begin in x, or OUTSIDE.
fn starts(image: u32, tokens: Tokens) -> vec4u {
  let token = grid_tokens(tokens, vec2u(MODULUS_HEIGHT - GATHER_HEIGHT, MODULUS_WIDTH - GATHER_WIDTH));
  let start = (image * (HEIGHT * WIDTH) + token) * (3u * CHANNELS);
  return select(start, vec4u(OUTSIDE), token == vec4u(OUTSIDE));
}

// Where tokens are written, counted in rows of the output, or OUTSIDE.
fn targets(image: u32, tokens: Tokens, is_query: vec4<bool>) -> vec4u {
  let token = grid_tokens(tokens, vec2u(SCATTER_HEIGHT, SCATTER_WIDTH));
  return select(vec4u(OUTSIDE), image * (HEIGHT * WIDTH) + token, is_query & (token != vec4u(OUTSIDE)));
}

// Numbers for the regions that tokens belong to in the shifted grid.
fn regions(tokens: Tokens) -> vec4u {
  if (!MASKED) {
    return vec4u();
  }
  return region(tokens.row, WINDOW_HEIGHT, MASK_HEIGHT, PADDED_HEIGHT) * 3u
    + region(tokens.column, WINDOW_WIDTH, MASK_WIDTH, PADDED_WIDTH);
}

fn region(position: vec4u, window: u32, mask: u32, length: u32) -> vec4u {
  let index = vec4u(position + window >= vec4u(length)) + vec4u(position + mask >= vec4u(length));
  return select(index, vec4u(), mask == 0u);
}

// A channel of four tokens.
fn load(start: vec4u, channel: u32) -> vec4f {
  if (!PADDED) {
    let index = start + channel;
    return vec4f(f32(x[index.x]), f32(x[index.y]), f32(x[index.z]), f32(x[index.w]));
  }
  let outside = start == vec4u(OUTSIDE);
  let index = select(start, vec4u(), outside) + channel;
  let inner = vec4f(f32(x[index.x]), f32(x[index.y]), f32(x[index.z]), f32(x[index.w]));
  if (FILL == 0u) {
    return select(inner, vec4f(), outside);
  }
  return select(inner, vec4f(fill[channel]), outside);
}

// Four channels of a token.
fn load_channels(start: u32, channel: u32) -> vec4f {
  if (!PADDED || start != OUTSIDE) {
    let index = start + channel;
    return vec4f(f32(x[index]), f32(x[index + 1u]), f32(x[index + 2u]), f32(x[index + 3u]));
  }
  if (FILL == 0u) {
    return vec4f();
  }
  return vec4f(fill[channel], fill[channel + 1u], fill[channel + 2u], fill[channel + 3u]);
}

// e to the power of values up to 0, to about a unit in the last place; drivers that compute it by themselves are off by
// several. Cody and Waite's reduction and a polynomial (Cephes, expf).
fn exponential(value: vec4f) -> vec4f {
  let x = max(value, vec4f(-87.0));
  let power = round(x * 1.44269504088896341);
  let rest = (x - power * 0.693359375) + power * 2.12194440e-4;
  let series = ((((1.9875691500e-4 * rest + 1.3981999507e-3) * rest + 8.3334519073e-3) * rest + 4.1665795894e-2) * rest
    + 1.6666665459e-1) * rest + 5.0000001201e-1;
  let mantissa = (series * rest * rest + rest) + 1.0;
  let scale = bitcast<vec4f>((vec4i(power) + 127) << vec4u(23u));
  return select(mantissa * scale, vec4f(), value < vec4f(-87.0));
}

fn outer(left: vec4f, right: vec4f) -> mat4x4f {
  return mat4x4f(left * right.x, left * right.y, left * right.z, left * right.w);
}

fn drop_first(values: mat4x4f, next: vec4f) -> mat4x4f {
  return mat4x4f(values[1], values[2], values[3], next);
}

fn times(values: mat4x4f, factors: vec4f) -> mat4x4f {
  return mat4x4f(values[0] * factors.x, values[1] * factors.y, values[2] * factors.z, values[3] * factors.w);
}

fn inverse_lengths(squares: vec4f) -> vec4f {
  return inverseSqrt(max(squares, vec4f(SHORTEST_SQUARED)));
}

// What is added to the scores of a query and four keys.
fn bias_and_mask(head: u32, query_place: u32, query_region: u32, key_place: vec4u, key_region: vec4u) -> vec4f {
  var value = vec4f();
  if (BIAS == 1u) {
    let index = head * TABLE + TABLE / 2u + query_place - key_place;
    value = vec4f(table[index.x], table[index.y], table[index.z], table[index.w]);
  }
  if (MASKED) {
    value += select(vec4f(), vec4f(-100.0), key_region != vec4u(query_region));
  }
  return value;
}

// Four channels of v; those beyond the head are never stored.
fn load_value(start: u32, head: u32, channel: u32) -> vec4f {
  return load_channels(start, 2u * CHANNELS + head * HEAD_DIMENSION + min(channel, HEAD_DIMENSION - 4u));
}

fn store(row: u32, head: u32, channel: u32, value: vec4f) {
  if (row != OUTSIDE && channel < HEAD_DIMENSION) {
    output[(row * CHANNELS + head * HEAD_DIMENSION + channel) / 4u] = vec4<Output>(value);
  }
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let image = group.y / WINDOWS;
  let window = group.y % WINDOWS;
  let head = group.z;
  let first = (group.x * LANES + lane) * 4u;
  if (first >= TOKENS) {
    return;
  }
  // No constants, so that no driver unrolls the loops that count to them.
  let one = min(batch, 1u);
  let four = 4u * one;
  let query = first + vec4u(0u, 1u, 2u, 3u);
  let queries = tokens_of(window, min(query, vec4u(TOKENS - 1u)));
  let query_start = starts(image, queries);
  let q_channel = head * HEAD_DIMENSION;
  let k_channel = CHANNELS + q_channel;
  for (var channel = 0u; channel < HEAD_DIMENSION * one; channel += 32u) {
    var query_place = queries.place;
    var query_region = regions(queries);
    var largest = vec4f(-1e30);
    var sums = vec4f();
    var mixed0 = mat4x4f();
    var mixed1 = mat4x4f();
    var mixed2 = mat4x4f();
    var mixed3 = mat4x4f();
    var mixed4 = mat4x4f();
    var mixed5 = mat4x4f();
    var mixed6 = mat4x4f();
    var mixed7 = mat4x4f();
    for (var first_key = 0u; first_key < TOKENS * one; first_key += 4u) {
      let key = first_key + vec4u(0u, 1u, 2u, 3u);
      let keys = tokens_of(window, min(key, vec4u(TOKENS - 1u)));
      let key_region = regions(keys);
      let beyond = select(vec4f(), vec4f(-1e30), key >= vec4u(TOKENS));
      var key_start = starts(image, keys);
      // A column for each query, first of scores, then of their exponentials.
      var scores = mat4x4f();
      var query_squares = vec4f();
      var key_squares = vec4f();
      for (var i = 0u; i < HEAD_DIMENSION * one; i++) {
        let k = load(key_start, k_channel + i);
        let q = load(query_start, q_channel + i);
        scores += outer(k, q);
        if (COSINE == 1u) {
          query_squares += q * q;
          key_squares += k * k;
        }
      }
      var key_factors = vec4f(SCALE);
      if (COSINE == 1u) {
        scores = times(scores, inverse_lengths(query_squares));
        key_factors = scale[head] * inverse_lengths(key_squares);
      }
      var corrections = vec4f();
      for (var i = 0u; i < four; i++) {
        let added = bias_and_mask(head, query_place.x, query_region.x, keys.place, key_region) + beyond;
        let score = scores[0] * key_factors + added;
        let larger = max(largest.x, max(max(score.x, score.y), max(score.z, score.w)));
        let exponentials = exponential(score - larger);
        let correction = exponential(vec4f(largest.x - larger)).x;
        sums = vec4f(sums.yzw, sums.x * correction + dot(exponentials, vec4f(1.0)));
        largest = vec4f(largest.yzw, larger);
        corrections = vec4f(corrections.yzw, correction);
        scores = drop_first(scores, exponentials);
        query_place = query_place.yzwx;
        query_region = query_region.yzwx;
      }
      var factors = transpose(scores);
      // After so many turns each matrix is back in its place.
      for (var turn = 0u; turn < MATRICES * one; turn++) {
        var sum = times(mixed0, corrections);
        for (var i = 0u; i < four; i++) {
          sum += outer(load_value(key_start.x, head, channel + turn * 4u), factors[0]);
          factors = drop_first(factors, factors[0]);
          key_start = key_start.yzwx;
        }
        mixed0 = mixed1;
        if (MATRICES == 2u) {
          mixed1 = sum;
        } else {
          mixed1 = mixed2;
          mixed2 = mixed3;
          mixed3 = mixed4;
          mixed4 = mixed5;
          mixed5 = mixed6;
          mixed6 = mixed7;
          mixed7 = sum;
        }
      }
    }
    var target_row = targets(image, queries, query < vec4u(TOKENS));
    sums = 1.0 / sums;
    for (var stored = channel; stored < min(channel + 32u, HEAD_DIMENSION * one); stored += 4u) {
      for (var i = 0u; i < four; i++) {
        store(target_row.x, head, stored, mixed0[0] * sums.x);
        mixed0 = drop_first(mixed0, mixed0[0]);
        target_row = target_row.yzwx;
        sums = sums.yzwx;
      }
      mixed0 = mixed1;
      mixed1 = mixed2;
      mixed2 = mixed3;
      mixed3 = mixed4;
      mixed4 = mixed5;
      mixed5 = mixed6;
      mixed6 = mixed7;
    }
  }
}
