// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]
//
// For GPUs with matrix units, by an extension of WGSL that is an experiment of Dawn's: f16 in, f32 sums. It has never run
// on hardware; its text is valid, and no more is known. A workgroup of four subgroups computes 64 x 64 outputs from tiles
// in workgroup memory, a subgroup 32 x 32 as four matrices of 16 x 16, which reach the epilogue through workgroup memory.
// Values of A are rounded to f16 after they are normalised.
//
// Workgroups: x = { count: N, tile: 64 }, y = { count: ROWS, batched, tile: 64 }, z = 1.
// Requires: N % 4 == 0, and the contiguous run of A % 4 == 0: K (SOURCE 0), CHANNELS (1), PATCH_WIDTH (2); subgroups of
// 32 invocations; matrices of 16 x 16 by 16 x 16, f16 in and f32 out.

enable f16;
enable subgroups;
enable chromium_experimental_subgroup_matrix;

alias Input = f32;
alias Weight = f32;
alias Output = f32;

// Output rows of one image, and the sizes of the product.
const ROWS: u32 = 16;
const K: u32 = 16;
const N: u32 = 16;
// Where A comes from: 0 rows of x, 1 patch merging (2 x 2 pixels), 2 patches of an NCHW image.
const SOURCE: u32 = 0;
// The grid of x (the image for SOURCE 2) and its channels.
const HEIGHT: u32 = 4;
const WIDTH: u32 = 4;
const CHANNELS: u32 = 4;
const PATCH_HEIGHT: u32 = 4;
const PATCH_WIDTH: u32 = 4;
// x is rolled by this much before it is read (SOURCE 0 and 1).
const ROLL_HEIGHT: u32 = 0;
const ROLL_WIDTH: u32 = 0;
// 0 rows of A as they are; 1 over their deviation, sqrt(variance + EPSILON); 2 x * scale + shift by `rows`, a pair for
// each token position. For 1 the columns of the weight sum to zero, so that the mean of a row need not be taken off.
const NORMALISE: u32 = 0;
const EPSILON: f32 = 1e-5;
const BIAS: u32 = 0;
// 0 none, 1 GELU (erf), 2 GELU (tanh), 3 ReLU, 4 SiLU.
const ACTIVATION: u32 = 0;
const RESIDUAL: u32 = 0;
const RESIDUAL_ROLL_HEIGHT: u32 = 0;
const RESIDUAL_ROLL_WIDTH: u32 = 0;
// The grid of the output tokens.
const OUTPUT_HEIGHT: u32 = 4;
const OUTPUT_WIDTH: u32 = 4;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;
@group(0) @binding(2) var<storage, read> weight: array<vec4<Weight>>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> rows: array<vec2f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4<Output>>;
@group(0) @binding(6) var<storage, read_write> output: array<vec4<Output>>;

const TILE = 64u;
const DEPTH = 32u;
const INVOCATIONS = 128u;
const SUBGROUP = 32u;
// Rows and columns of a matrix, and those of a subgroup.
const SIDE = 16u;
const SHARE = 32u;
// Vec4s of a row of the tile of A, and how many quads of A and of the weight an invocation brings.
const QUADS = DEPTH / 4u;
const LOADS = TILE * QUADS / INVOCATIONS;
const LOAD_STRIDE = INVOCATIONS / QUADS;
// Rows of the tiles lie further apart than they are long, so that those of a matrix are in different banks.
const A_STRIDE = DEPTH + 8u;
const WEIGHT_STRIDE = TILE + 8u;
const SUM_STRIDE = SIDE + 4u;
const SUMS = SIDE * SUM_STRIDE;
const OUTSIDE = 0xffffffffu;

// Row r of A is a sequence of contiguous runs of x.
const RUN = select(select(K, CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);

var<workgroup> a_tile: array<f16, TILE * A_STRIDE>;
var<workgroup> weight_tile: array<f16, DEPTH * WEIGHT_STRIDE>;
// A matrix of each subgroup; before that, the sums of the elements of A and of their squares that each invocation brought.
var<workgroup> sums: array<f32, 4u * SUMS>;
var<workgroup> scales: array<f32, TILE>;

fn unroll(row: u32, column: u32) -> u32 {
  return (row + HEIGHT - ROLL_HEIGHT) % HEIGHT * WIDTH + (column + WIDTH - ROLL_WIDTH) % WIDTH;
}

// Where a run of an output row begins in x, counted in vec4s, or OUTSIDE.
fn run_start(row: u32, run: u32) -> u32 {
  let image = row / ROWS;
  let token = row % ROWS;
  if (SOURCE == 0u) {
    if (ROLL_HEIGHT + ROLL_WIDTH == 0u) {
      return row * (K / 4u);
    }
    return (image * ROWS + unroll(token / WIDTH, token % WIDTH)) * (K / 4u);
  }
  if (SOURCE == 1u) {
    const COLUMNS = (WIDTH + 1u) / 2u;
    let pixel_row = token / COLUMNS * 2u + run % 2u;
    let pixel_column = token % COLUMNS * 2u + run / 2u;
    let start = (image * (HEIGHT * WIDTH) + unroll(pixel_row, pixel_column)) * (CHANNELS / 4u);
    return select(start, OUTSIDE, pixel_row >= HEIGHT || pixel_column >= WIDTH);
  }
  const COLUMNS = max(WIDTH / PATCH_WIDTH, 1u);
  let pixel_row = token / COLUMNS * PATCH_HEIGHT + run % PATCH_HEIGHT;
  let plane = image * CHANNELS + run / PATCH_HEIGHT;
  return ((plane * HEIGHT + pixel_row) * WIDTH + token % COLUMNS * PATCH_WIDTH) / 4u;
}

// Four elements of a row of x; zeros outside.
fn load(row: u32, k: u32) -> vec4<Input> {
  if (k >= K) {
    return vec4<Input>();
  }
  let start = run_start(row, k / RUN);
  if (start == OUTSIDE) {
    return vec4<Input>();
  }
  return x[start + k % RUN / 4u];
}

fn load_weight(k: u32, column: u32) -> vec4<Weight> {
  if (k >= K || column >= N / 4u) {
    return vec4<Weight>();
  }
  return weight[k * (N / 4u) + column];
}

// The one in the middle of three elements of a row. Rows that are standardised are shifted by it, so that neither a large
// mean nor one large element costs digits, and scaled at the end.
fn middle(a: f32, b: f32, c: f32) -> f32 {
  return max(min(a, b), min(max(a, b), c));
}

// The scale and shift of a row.
fn normalisation(row: u32) -> vec2f {
  if (NORMALISE == 1u) {
    let start = run_start(row, 0u);
    return vec2f(1.0, -middle(f32(x[start].x), f32(x[start + RUN / 8u].x), f32(x[start + RUN / 4u - 1u].w)));
  }
  if (NORMALISE == 2u) {
    return rows[row % ROWS];
  }
  return vec2f(1.0, 0.0);
}

// After Abramowitz and Stegun 7.1.26: within 2e-7 everywhere.
fn erf(value: vec4f) -> vec4f {
  let t = 1.0 / (1.0 + 0.3275911 * abs(value));
  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return sign(value) * (1.0 - series * exp(-value * value));
}

fn activate(value: vec4f) -> vec4f {
  if (ACTIVATION == 1u) {
    return 0.5 * value * (1.0 + erf(value * 0.70710678118654752));
  }
  if (ACTIVATION == 2u) {
    let inner = 0.79788456080286536 * (value + 0.044715 * value * value * value);
    return 0.5 * value * (1.0 + tanh(clamp(inner, vec4f(-10.0), vec4f(10.0))));
  }
  if (ACTIVATION == 3u) {
    return max(value, vec4f());
  }
  if (ACTIVATION == 4u) {
    return value / (1.0 + exp(min(-value, vec4f(80.0))));
  }
  return value;
}

fn residual_row(row: u32) -> u32 {
  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {
    return row;
  }
  let token = row % ROWS;
  let from_row = (token / OUTPUT_WIDTH + OUTPUT_HEIGHT - RESIDUAL_ROLL_HEIGHT) % OUTPUT_HEIGHT;
  let from_column = (token % OUTPUT_WIDTH + OUTPUT_WIDTH - RESIDUAL_ROLL_WIDTH) % OUTPUT_WIDTH;
  return row - token + from_row * OUTPUT_WIDTH + from_column;
}

// The reciprocal of the deviation of a row, from the moments of its quads.
fn inverse_deviation(tile_row: u32) -> f32 {
  var total = vec2f();
  for (var quad = 0u; quad < QUADS; quad++) {
    let place = 2u * (tile_row * QUADS + quad);
    total += vec2f(sums[place], sums[place + 1u]);
  }
  total /= f32(K);
  return inverseSqrt(max(total.y - total.x * total.x, 0.0) + EPSILON);
}

fn store(tile_row: u32, row: u32, column: u32, sum: vec4f) {
  if (row >= batch * ROWS || column >= N / 4u) {
    return;
  }
  var value = sum;
  if (NORMALISE == 1u) {
    value *= scales[tile_row];
  }
  if (BIAS == 1u) {
    value += bias[column];
  }
  value = activate(value);
  if (RESIDUAL == 1u) {
    value += vec4f(residual[residual_row(row) * (N / 4u) + column]);
  }
  output[row * (N / 4u) + column] = vec4<Output>(value);
}

// What an invocation brings for the tiles: loaded before the tiles at hand are read, and put in place afterwards.
struct Brought {
  a: array<vec4<Input>, LOADS>,
  weights: array<vec4<Weight>, LOADS>,
}

fn bring(first_row: u32, first_column: u32, k: u32, invocation: u32) -> Brought {
  var brought: Brought;
  for (var i = 0u; i < LOADS; i++) {
    let row = min(first_row + invocation / QUADS + i * LOAD_STRIDE, batch * ROWS - 1u);
    brought.a[i] = load(row, k + invocation % QUADS * 4u);
    let place = invocation + i * INVOCATIONS;
    brought.weights[i] = load_weight(k + place / (TILE / 4u), first_column + place % (TILE / 4u));
  }
  return brought;
}

alias Left = subgroup_matrix_left<f16, SIDE, SIDE>;
alias Right = subgroup_matrix_right<f16, SIDE, SIDE>;
alias Result = subgroup_matrix_result<f32, SIDE, SIDE>;

// Where the outputs of a workgroup begin, and in them those of a subgroup.
struct Place {
  first_row: u32,
  first_column: u32,
  row: u32,
  column: u32,
}

// Takes a matrix of each subgroup through workgroup memory to the output.
fn finish(result: Result, at: Place, below: u32, beside: u32, subgroup: u32, lane: u32) {
  subgroupMatrixStore<row_major>(&sums, subgroup * SUMS, result, SUM_STRIDE);
  workgroupBarrier();
  for (var quad = lane; quad < SIDE * SIDE / 4u; quad += SUBGROUP) {
    let start = subgroup * SUMS + quad / 4u * SUM_STRIDE + quad % 4u * 4u;
    let sum = vec4f(sums[start], sums[start + 1u], sums[start + 2u], sums[start + 3u]);
    let tile_row = at.row + below + quad / 4u;
    let column = at.first_column + (at.column + beside) / 4u + quad % 4u;
    store(tile_row, at.first_row + tile_row, column, sum);
  }
  workgroupBarrier();
}

@compute @workgroup_size(INVOCATIONS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) invocation: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let at = Place(group.y * TILE, group.x * (TILE / 4u), subgroup / 2u * SHARE, subgroup % 2u * SHARE);
  var norms: array<vec2f, LOADS>;
  var moments: array<vec2f, LOADS>;
  for (var i = 0u; i < LOADS; i++) {
    norms[i] = normalisation(min(at.first_row + invocation / QUADS + i * LOAD_STRIDE, batch * ROWS - 1u));
  }
  var brought = bring(at.first_row, at.first_column, 0u, invocation);
  // The quarters of the share.
  var upper_left = Result();
  var upper_right = Result();
  var lower_left = Result();
  var lower_right = Result();
  for (var k = 0u; k < K; k += DEPTH) {
    for (var i = 0u; i < LOADS; i++) {
      var a = vec4f();
      if (k + invocation % QUADS * 4u < K) {
        a = vec4f(brought.a[i]) * norms[i].x + norms[i].y;
      }
      moments[i] += vec2f(dot(a, vec4f(1.0)), dot(a, a));
      let a_place = (invocation / QUADS + i * LOAD_STRIDE) * A_STRIDE + invocation % QUADS * 4u;
      let place = invocation + i * INVOCATIONS;
      let weight_place = place / (TILE / 4u) * WEIGHT_STRIDE + place % (TILE / 4u) * 4u;
      for (var j = 0u; j < 4u; j++) {
        a_tile[a_place + j] = f16(a[j]);
        weight_tile[weight_place + j] = f16(brought.weights[i][j]);
      }
    }
    workgroupBarrier();
    brought = bring(at.first_row, at.first_column, k + DEPTH, invocation);
    for (var depth = 0u; depth < DEPTH; depth += SIDE) {
      let a_place = at.row * A_STRIDE + depth;
      let weight_place = depth * WEIGHT_STRIDE + at.column;
      let upper = subgroupMatrixLoad<Left, row_major>(&a_tile, a_place, A_STRIDE);
      let lower = subgroupMatrixLoad<Left, row_major>(&a_tile, a_place + SIDE * A_STRIDE, A_STRIDE);
      let left = subgroupMatrixLoad<Right, row_major>(&weight_tile, weight_place, WEIGHT_STRIDE);
      let right = subgroupMatrixLoad<Right, row_major>(&weight_tile, weight_place + SIDE, WEIGHT_STRIDE);
      upper_left = subgroupMatrixMultiplyAccumulate(upper, left, upper_left);
      upper_right = subgroupMatrixMultiplyAccumulate(upper, right, upper_right);
      lower_left = subgroupMatrixMultiplyAccumulate(lower, left, lower_left);
      lower_right = subgroupMatrixMultiplyAccumulate(lower, right, lower_right);
    }
    workgroupBarrier();
  }
  if (NORMALISE == 1u) {
    for (var i = 0u; i < LOADS; i++) {
      sums[2u * (invocation + i * INVOCATIONS)] = moments[i].x;
      sums[2u * (invocation + i * INVOCATIONS) + 1u] = moments[i].y;
    }
    workgroupBarrier();
    if (invocation < TILE) {
      scales[invocation] = inverse_deviation(invocation);
    }
    workgroupBarrier();
  }
  finish(upper_left, at, 0u, 0u, subgroup, lane);
  finish(upper_right, at, 0u, SIDE, subgroup, lane);
  finish(lower_left, at, SIDE, 0u, subgroup, lane);
  finish(lower_right, at, SIDE, SIDE, subgroup, lane);
}
