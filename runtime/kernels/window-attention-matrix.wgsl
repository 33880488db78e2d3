// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, per window and head. x holds q, k and v in the order
// of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No window is ever laid out in memory.
//
// For GPUs with matrix units, by an extension of WGSL that is an experiment of Dawn's: f16 in, f32 sums. A workgroup takes
// 16 * SUBGROUPS queries of one window and head, a subgroup 16 of them, and as many keys at a time. A window of more keys is
// gone through twice: first for the largest score and the sum of each query, then for the answer, so that no sum is ever
// corrected.
//
// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 16 * SUBGROUPS },
//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.
// Requires: HEAD_DIMENSION % 16 == 0; SUBGROUPS 1, 2 or 4; subgroups of 32 invocations; matrices of 16 x 16 by 16 x 16, f16
// in and f32 out.

enable f16;
enable subgroups;
enable chromium_experimental_subgroup_matrix;

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
const HEAD_DIMENSION: u32 = 16;
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
const SUBGROUPS: u32 = 1;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read> fill: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4<Output>>;

const OUTSIDE = 0xffffffffu;
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
fn load(start: u32, channel: u32) -> vec4<f16> {
  if (!PADDED) {
    return vec4<f16>(x[start + channel]);
  }
  if (start != OUTSIDE) {
    return vec4<f16>(x[start + channel]);
  }
  if (FILL == 1u) {
    return vec4<f16>(fill[channel]);
  }
  return vec4<f16>();
}

const LANES = 32u;
const INVOCATIONS = LANES * SUBGROUPS;
const SIDE = 16u;
// Queries of a workgroup, and keys that are at hand.
const BLOCK = SIDE * SUBGROUPS;
const BLOCKS = (TOKENS + BLOCK - 1u) / BLOCK;
const DEPTHS = HEAD_DIMENSION / SIDE;
const KEY_MATRICES = BLOCK / SIDE;
// Lanes that share a row of scores, each with two quads of it, and how many times those of a subgroup make up its rows.
const SHARERS = BLOCK / 8u;
const TURNS = SIDE / (LANES / SHARERS);
const LOADS = BLOCK * HEAD / INVOCATIONS;
// Vec4s of a row. Rows lie further apart than they are long, so that those of a matrix are in different banks.
const STRIDE = HEAD + 2u;
const SCORE_STRIDE = BLOCK / 4u + 1u;
const SHARE_STRIDE = BLOCK / 4u + 2u;

alias Left = subgroup_matrix_left<f16, SIDE, SIDE>;
alias Right = subgroup_matrix_right<f16, SIDE, SIDE>;
alias Result = subgroup_matrix_result<f32, SIDE, SIDE>;

// Queries, keys and values by tokens, then channels.
var<workgroup> queries: array<vec4<f16>, BLOCK * STRIDE>;
var<workgroup> keys: array<vec4<f16>, BLOCK * STRIDE>;
var<workgroup> values: array<vec4<f16>, BLOCK * STRIDE>;
// Scores of each subgroup, in the end its answers; and what the softmax makes of the scores.
var<workgroup> scores: array<vec4f, BLOCK * SCORE_STRIDE>;
var<workgroup> shares: array<vec4<f16>, BLOCK * SHARE_STRIDE>;

fn token_start(image: u32, window: u32, token: u32) -> u32 {
  let from_token = source_token(padded_position(window, min(token, TOKENS - 1u)));
  return select((image * (HEIGHT * WIDTH) + from_token) * (3u * CHANNELS), OUTSIDE, from_token == OUTSIDE);
}

struct Site {
  image: u32,
  window: u32,
  head: u32,
}

// Brings a block of keys, and of values unless only scores are wanted.
fn stage(site: Site, first: u32, invocation: u32, with_values: bool) {
  for (var i = 0u; i < LOADS; i++) { // unrolled
    let place = invocation + i * INVOCATIONS;
    let start = token_start(site.image, site.window, first + place / HEAD);
    let channel = site.head * HEAD + place % HEAD;
    keys[place / HEAD * STRIDE + place % HEAD] = load(start, CHANNELS + channel);
    if (with_values) {
      values[place / HEAD * STRIDE + place % HEAD] = load(start, 2u * CHANNELS + channel);
    }
  }
}

// Writes q . k of a subgroup's queries and the keys at hand.
fn multiply_keys(subgroup: u32) {
  var left: array<Left, DEPTHS>;
  for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled
    left[depth] = subgroupMatrixLoad<Left, row_major>(&queries, subgroup * SIDE * STRIDE + depth * 4u, STRIDE);
  }
  for (var j = 0u; j < KEY_MATRICES; j++) { // unrolled
    var result = Result();
    for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled
      let right = subgroupMatrixLoad<Right, col_major>(&keys, j * SIDE * STRIDE + depth * 4u, STRIDE);
      result = subgroupMatrixMultiplyAccumulate(left[depth], right, result);
    }
    subgroupMatrixStore<row_major>(&scores, subgroup * SIDE * SCORE_STRIDE + j * 4u, result, SCORE_STRIDE);
  }
}

// Four keys: where their biases are and their regions.
struct Keys {
  place: vec4u,
  region: vec4u,
  exists: vec4<bool>,
}

fn keys_at(window: u32, first: u32) -> Keys {
  let tokens = min(vec4u(first, first + 1u, first + 2u, first + 3u), vec4u(TOKENS - 1u));
  let exists = vec4u(first, first + 1u, first + 2u, first + 3u) < vec4u(TOKENS);
  var regions = vec4u();
  if (MASKED) {
    regions = vec4u(
      region(padded_position(window, tokens.x)),
      region(padded_position(window, tokens.y)),
      region(padded_position(window, tokens.z)),
      region(padded_position(window, tokens.w)),
    );
  }
  return Keys(vec4u(place(tokens.x), place(tokens.y), place(tokens.z), place(tokens.w)), regions, exists);
}

// Scores of a query and four keys, with bias and mask; keys behind the last one get none of the softmax.
fn finish_scores(product: vec4f, head: u32, query: vec2u, four: Keys) -> vec4f {
  var value = product * SCALE;
  if (BIAS == 1u) {
    let at = vec4u(head * TABLE + query.x + place(TOKENS - 1u)) - four.place;
    value += vec4f(table[at.x], table[at.y], table[at.z], table[at.w]);
  }
  if (MASKED) {
    value += select(vec4f(), vec4f(-100.0), four.region != vec4u(query.y));
  }
  return select(vec4f(-1e30), value, four.exists);
}

fn largest_of(value: vec4f, other: vec4f) -> f32 {
  let both = max(value, other);
  var largest = max(max(both.x, both.y), max(both.z, both.w));
  for (var step = 0u; step < 3u; step++) { // unrolled
    if ((1u << step) < SHARERS) {
      largest = max(largest, subgroupShuffleXor(largest, 1u << step));
    }
  }
  return largest;
}

fn sum_of(value: vec4f, other: vec4f) -> f32 {
  var sum = dot(value + other, vec4f(1.0));
  for (var step = 0u; step < 3u; step++) { // unrolled
    if ((1u << step) < SHARERS) {
      sum += subgroupShuffleXor(sum, 1u << step);
    }
  }
  return sum;
}

@compute @workgroup_size(LANES, SUBGROUPS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) invocation: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let site = Site(group.y / WINDOWS, group.y % WINDOWS, group.z);
  let first_query = group.x * BLOCK;
  for (var i = 0u; i < LOADS; i++) { // unrolled
    let at = invocation + i * INVOCATIONS;
    let start = token_start(site.image, site.window, first_query + at / HEAD);
    queries[at / HEAD * STRIDE + at % HEAD] = load(start, site.head * HEAD + at % HEAD);
  }
  // A lane's rows, TURNS of them, and of each its place and region, the largest score and the sum of the exponentials.
  let row = subgroup * SIDE + lane / SHARERS;
  var row_places: array<vec2u, TURNS>;
  var largest: array<f32, TURNS>;
  var sums: array<f32, TURNS>;
  for (var turn = 0u; turn < TURNS; turn++) { // unrolled
    let query = min(first_query + row + turn * (LANES / SHARERS), TOKENS - 1u);
    row_places[turn] = vec2u(place(query), region(padded_position(site.window, query)));
    largest[turn] = -1e30;
  }
  if (BLOCKS > 1u) {
    for (var block = 0u; block < BLOCKS; block++) {
      stage(site, block * BLOCK, invocation, false);
      workgroupBarrier();
      multiply_keys(subgroup);
      workgroupBarrier();
      let left = keys_at(site.window, block * BLOCK + lane % SHARERS * 4u);
      let right = keys_at(site.window, block * BLOCK + (SHARERS + lane % SHARERS) * 4u);
      for (var turn = 0u; turn < TURNS; turn++) { // unrolled
        let start = (row + turn * (LANES / SHARERS)) * SCORE_STRIDE + lane % SHARERS;
        let one = finish_scores(scores[start], site.head, row_places[turn], left);
        let other = finish_scores(scores[start + SHARERS], site.head, row_places[turn], right);
        let larger = max(largest[turn], largest_of(one, other));
        sums[turn] = sums[turn] * exp(largest[turn] - larger) + sum_of(exp(one - larger), exp(other - larger));
        largest[turn] = larger;
      }
    }
  }
  var answers: array<Result, DEPTHS>;
  for (var block = 0u; block < BLOCKS; block++) {
    if (BLOCKS > 1u) {
      workgroupBarrier();
    }
    stage(site, block * BLOCK, invocation, true);
    workgroupBarrier();
    multiply_keys(subgroup);
    workgroupBarrier();
    let left = keys_at(site.window, block * BLOCK + lane % SHARERS * 4u);
    let right = keys_at(site.window, block * BLOCK + (SHARERS + lane % SHARERS) * 4u);
    for (var turn = 0u; turn < TURNS; turn++) { // unrolled
      let tile_row = row + turn * (LANES / SHARERS);
      let start = tile_row * SCORE_STRIDE + lane % SHARERS;
      var one = finish_scores(scores[start], site.head, row_places[turn], left);
      var other = finish_scores(scores[start + SHARERS], site.head, row_places[turn], right);
      if (BLOCKS == 1u) {
        largest[turn] = largest_of(one, other);
      }
      one = exp(one - largest[turn]);
      other = exp(other - largest[turn]);
      if (BLOCKS == 1u) {
        sums[turn] = sum_of(one, other);
      }
      let share = tile_row * SHARE_STRIDE + lane % SHARERS;
      shares[share] = vec4<f16>(one / sums[turn]);
      shares[share + SHARERS] = vec4<f16>(other / sums[turn]);
    }
    workgroupBarrier();
    for (var j = 0u; j < KEY_MATRICES; j++) { // unrolled
      let share = subgroupMatrixLoad<Left, row_major>(&shares, subgroup * SIDE * SHARE_STRIDE + j * 4u, SHARE_STRIDE);
      for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled
        let value = subgroupMatrixLoad<Right, row_major>(&values, j * SIDE * STRIDE + depth * 4u, STRIDE);
        answers[depth] = subgroupMatrixMultiplyAccumulate(share, value, answers[depth]);
      }
    }
  }
  for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled
    subgroupMatrixStore<row_major>(
      &scores, subgroup * SIDE * SCORE_STRIDE + depth * 4u, answers[depth], SCORE_STRIDE);
  }
  workgroupBarrier();
  for (var i = 0u; i < LOADS; i++) { // unrolled
    let at = invocation + i * INVOCATIONS;
    let query = first_query + at / HEAD;
    let token = target_token(padded_position(site.window, min(query, TOKENS - 1u)));
    if (query < TOKENS && token != OUTSIDE) {
      let start = (site.image * (HEIGHT * WIDTH) + token) * CHANNELS + site.head * HEAD;
      output[start + at % HEAD] = vec4<Output>(scores[at / HEAD * SCORE_STRIDE + at % HEAD]);
    }
  }
}
