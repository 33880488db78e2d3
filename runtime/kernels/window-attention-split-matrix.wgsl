// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, per window and head. x holds q, k and v in the order
// of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No window is ever laid out in memory.
//
// For GPUs with matrix units, by an extension of WGSL that is an experiment of Dawn's: f16 in, f32 sums. A workgroup takes
// 16 queries of one window and head; its subgroups share the keys, 64 each. All scores are in workgroup memory at once, so
// that keys are gone through once; values take the memory of the keys. Few large windows keep a GPU busy that way.
//
// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 16 },
//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.
// Requires: HEAD_DIMENSION % 16 == 0, HEAD_DIMENSION <= 48; SUBGROUPS 1, 2 or 4, and no more tokens in a window than 64 times
// as many; subgroups of 32 invocations; matrices of 16 x 16 by 16 x 16, f16 in and f32 out.

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
const SHARE = 64u;
const BLOCK = SHARE * SUBGROUPS;
const DEPTHS = HEAD_DIMENSION / SIDE;
const SHARE_MATRICES = SHARE / SIDE;
// Lanes that share a row of scores, each with some quads of it, and how many times all lanes make up the rows.
const SHARERS = 8u;
const ROW_QUADS = BLOCK / 4u / SHARERS;
const TURNS = SIDE * SHARERS / INVOCATIONS;
// Quads of keys, or of values, and of queries or answers that an invocation takes.
const LOADS = BLOCK * HEAD / INVOCATIONS;
const QUERY_LOADS = max(SIDE * HEAD / INVOCATIONS, 1u);
// Vec4s of a row. Rows lie further apart than they are long, so that those of a matrix are in different banks.
const STRIDE = HEAD + 2u;
const SCORE_STRIDE = BLOCK / 4u + 1u;
const SHARE_STRIDE = BLOCK / 4u + 2u;
// What the keys of a subgroup come to: 16 rows of these.
const ANSWER_STRIDE = HEAD + 1u;

alias Left = subgroup_matrix_left<f16, SIDE, SIDE>;
alias Right = subgroup_matrix_right<f16, SIDE, SIDE>;
alias Result = subgroup_matrix_result<f32, SIDE, SIDE>;

var<workgroup> queries: array<vec4<f16>, SIDE * STRIDE>;
// Keys, then values, by tokens, then channels.
var<workgroup> staged: array<vec4<f16>, BLOCK * STRIDE>;
// Scores, in the end the answers of each subgroup; and what the softmax makes of the scores.
var<workgroup> scores: array<vec4f, SIDE * SCORE_STRIDE>;
var<workgroup> shares: array<vec4<f16>, SIDE * SHARE_STRIDE>;

fn token_start(image: u32, window: u32, token: u32) -> u32 {
  let from_token = source_token(padded_position(window, min(token, TOKENS - 1u)));
  return select((image * (HEIGHT * WIDTH) + from_token) * (3u * CHANNELS), OUTSIDE, from_token == OUTSIDE);
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

// Of eight lanes side by side.
fn largest_among(value: vec4f) -> f32 {
  var largest = max(max(value.x, value.y), max(value.z, value.w));
  for (var step = 0u; step < 3u; step++) { // unrolled
    largest = max(largest, subgroupShuffleXor(largest, 1u << step));
  }
  return largest;
}

fn sum_among(value: vec4f) -> f32 {
  var sum = dot(value, vec4f(1.0));
  for (var step = 0u; step < 3u; step++) { // unrolled
    sum += subgroupShuffleXor(sum, 1u << step);
  }
  return sum;
}

// Makes shares of the scores of a row: of its quads a lane takes every eighth.
fn share_row(row: u32, first_query: u32, window: u32, head: u32, lane: u32) {
  let query = min(first_query + row, TOKENS - 1u);
  let at = vec2u(place(query), region(padded_position(window, query)));
  var quads: array<vec4f, ROW_QUADS>;
  var most = vec4f(-1e30);
  for (var i = 0u; i < ROW_QUADS; i++) { // unrolled
    let quad = lane % SHARERS + i * SHARERS;
    quads[i] = finish_scores(scores[row * SCORE_STRIDE + quad], head, at, keys_at(window, quad * 4u));
    most = max(most, quads[i]);
  }
  let largest = largest_among(most);
  var total = vec4f();
  for (var i = 0u; i < ROW_QUADS; i++) { // unrolled
    quads[i] = exp(quads[i] - largest);
    total += quads[i];
  }
  let factor = 1.0 / sum_among(total);
  for (var i = 0u; i < ROW_QUADS; i++) { // unrolled
    shares[row * SHARE_STRIDE + lane % SHARERS + i * SHARERS] = vec4<f16>(quads[i] * factor);
  }
}

@compute @workgroup_size(LANES, SUBGROUPS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) invocation: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let image = group.y / WINDOWS;
  let window = group.y % WINDOWS;
  let head = group.z;
  let first_query = group.x * SIDE;
  for (var i = 0u; i < QUERY_LOADS; i++) { // unrolled
    let at = invocation + i * INVOCATIONS;
    if (at < SIDE * HEAD) {
      let start = token_start(image, window, first_query + at / HEAD);
      queries[at / HEAD * STRIDE + at % HEAD] = load(start, head * HEAD + at % HEAD);
    }
  }
  // Values are on their way while keys are multiplied.
  var values: array<vec4<f16>, LOADS>;
  for (var i = 0u; i < LOADS; i++) { // unrolled
    let at = invocation + i * INVOCATIONS;
    let start = token_start(image, window, at / HEAD);
    staged[at / HEAD * STRIDE + at % HEAD] = load(start, CHANNELS + head * HEAD + at % HEAD);
    values[i] = load(start, 2u * CHANNELS + head * HEAD + at % HEAD);
  }
  workgroupBarrier();
  var left: array<Left, DEPTHS>;
  for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled
    left[depth] = subgroupMatrixLoad<Left, row_major>(&queries, depth * 4u, STRIDE);
  }
  for (var j = 0u; j < SHARE_MATRICES; j++) { // unrolled
    let key = subgroup * SHARE + j * SIDE;
    var result = Result();
    for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled
      let right = subgroupMatrixLoad<Right, col_major>(&staged, key * STRIDE + depth * 4u, STRIDE);
      result = subgroupMatrixMultiplyAccumulate(left[depth], right, result);
    }
    subgroupMatrixStore<row_major>(&scores, key / 4u, result, SCORE_STRIDE);
  }
  workgroupBarrier();
  for (var i = 0u; i < LOADS; i++) { // unrolled
    let at = invocation + i * INVOCATIONS;
    staged[at / HEAD * STRIDE + at % HEAD] = values[i];
  }
  for (var turn = 0u; turn < TURNS; turn++) { // unrolled
    share_row(invocation / SHARERS + turn * (INVOCATIONS / SHARERS), first_query, window, head, lane);
  }
  workgroupBarrier();
  var answers: array<Result, DEPTHS>;
  for (var j = 0u; j < SHARE_MATRICES; j++) { // unrolled
    let key = subgroup * SHARE + j * SIDE;
    let share = subgroupMatrixLoad<Left, row_major>(&shares, key / 4u, SHARE_STRIDE);
    for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled
      let value = subgroupMatrixLoad<Right, row_major>(&staged, key * STRIDE + depth * 4u, STRIDE);
      answers[depth] = subgroupMatrixMultiplyAccumulate(share, value, answers[depth]);
    }
  }
  for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled
    let start = subgroup * (SIDE * ANSWER_STRIDE) + depth * 4u;
    subgroupMatrixStore<row_major>(&scores, start, answers[depth], ANSWER_STRIDE);
  }
  workgroupBarrier();
  for (var i = 0u; i < QUERY_LOADS; i++) { // unrolled
    let at = invocation + i * INVOCATIONS;
    let query = first_query + at / HEAD;
    let token = target_token(padded_position(window, min(query, TOKENS - 1u)));
    if (at < SIDE * HEAD && query < TOKENS && token != OUTSIDE) {
      var sum = vec4f();
      for (var other = 0u; other < SUBGROUPS; other++) { // unrolled
        sum += scores[other * (SIDE * ANSWER_STRIDE) + at / HEAD * ANSWER_STRIDE + at % HEAD];
      }
      output[(image * (HEIGHT * WIDTH) + token) * CHANNELS + head * HEAD + at % HEAD] = vec4<Output>(sum);
    }
  }
}
