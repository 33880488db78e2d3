// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]
//
// For GPUs: tiles of A and of the weight go through workgroup memory, and an invocation computes 8 rows x 4 columns. A
// workgroup has ACROSS x DOWN x SLICES invocations. Each slice covers all outputs of the workgroup and sums its own share
// of K; at the end the slices are added in their order. Few outputs by a long K keep a GPU busy that way. There are two
// of each tile: while one is read the other is filled, with one barrier in between.
//
// Workgroups: x = { count: N, tile: 4 * ACROSS }, y = { count: ROWS, batched, tile: 8 * DOWN }, z = 1.
// Requires: N % 4 == 0, and the contiguous run of A % 4 == 0: K (SOURCE 0), CHANNELS (1), PATCH_WIDTH (2).
// ACROSS, DOWN, SLICES and DEPTH are powers of two, 4 * SLICES <= DEPTH and ACROSS * SLICES <= 2 * DEPTH.

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
// Invocations along columns, rows and K, and how much of K a tile holds.
const ACROSS: u32 = 16;
const DOWN: u32 = 8;
const SLICES: u32 = 1;
const DEPTH: u32 = 16;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;
@group(0) @binding(2) var<storage, read> weight: array<vec4<Weight>>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> rows: array<vec2f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4<Output>>;
@group(0) @binding(6) var<storage, read_write> output: array<vec4<Output>>;

const INVOCATIONS = ACROSS * DOWN * SLICES;
const TILE = 8u * DOWN;
// Vec4s of a row of the tile of A.
const QUADS = DEPTH / 4u;
// Vec4s of each tile that an invocation brings; those of A are one quad of rows that lie this far apart.
const A_LOADS = TILE * QUADS / INVOCATIONS;
const A_STRIDE = INVOCATIONS / QUADS;
const WEIGHTS = DEPTH * ACROSS;
const WEIGHT_LOADS = max(WEIGHTS / INVOCATIONS, 1u);
const OUTSIDE = 0xffffffffu;

// Row r of A is a sequence of contiguous runs of x.
const RUN = select(select(K, CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);

// The tile of A by rows. A row's quads change places with the row, so that rows side by side are in different banks.
var<workgroup> a_tile: array<array<vec4f, TILE * QUADS>, 2>;
// That of the weight by k.
var<workgroup> weight_tile: array<array<vec4<Weight>, WEIGHTS>, 2>;

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

fn a_place(row: u32, quad: u32) -> u32 {
  return row * QUADS + (quad ^ (row % QUADS));
}

// The sums in `moments` of the quads of a row.
fn inverse_deviation(tile_row: u32) -> f32 {
  var sums = vec2f();
  for (var quad = 0u; quad < QUADS; quad++) {
    sums += a_tile[0][tile_row * QUADS + quad].xy;
  }
  sums /= f32(K);
  return inverseSqrt(max(sums.y - sums.x * sums.x, 0.0) + EPSILON);
}

fn store(row: u32, column: u32, sum: vec4f) {
  if (row >= batch * ROWS || column >= N / 4u) {
    return;
  }
  var value = sum;
  if (NORMALISE == 1u) {
    value *= inverse_deviation(row % TILE);
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
  a: array<vec4<Input>, A_LOADS>,
  weights: array<vec4<Weight>, WEIGHT_LOADS>,
}

fn bring(first_row: u32, first_column: u32, k: u32, invocation: u32) -> Brought {
  var brought: Brought;
  for (var i = 0u; i < A_LOADS; i++) { // unrolled
    let row = min(first_row + invocation / QUADS + i * A_STRIDE, batch * ROWS - 1u);
    brought.a[i] = load(row, k + invocation % QUADS * 4u);
  }
  for (var i = 0u; i < WEIGHT_LOADS; i++) { // unrolled
    let place = invocation + i * INVOCATIONS;
    brought.weights[i] = load_weight(k + place / ACROSS, first_column + place % ACROSS);
  }
  return brought;
}

// Four rows by four columns: a column of the matrix is a row of the product.
fn outer(weights: vec4f, values: vec4f) -> mat4x4f {
  return mat4x4f(weights * values.x, weights * values.y, weights * values.z, weights * values.w);
}

// Adds four of K, for four rows of which a quad each is at hand.
fn multiply_add(sums: mat4x4f, weights: mat4x4f, quads: mat4x4f) -> mat4x4f {
  let a = transpose(quads);
  var added = sums;
  added += outer(weights[0], a[0]);
  added += outer(weights[1], a[1]);
  added += outer(weights[2], a[2]);
  added += outer(weights[3], a[3]);
  return added;
}

fn drop_first(sums: mat4x4f, next: vec4f) -> mat4x4f {
  return mat4x4f(sums[1], sums[2], sums[3], next);
}

@compute @workgroup_size(ACROSS, DOWN, SLICES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let first_row = group.y * TILE;
  let first_column = group.x * ACROSS;
  let slice = local.z;
  var norms: array<vec2f, A_LOADS>;
  var moments: array<vec2f, A_LOADS>;
  for (var i = 0u; i < A_LOADS; i++) { // unrolled
    norms[i] = normalisation(min(first_row + invocation / QUADS + i * A_STRIDE, batch * ROWS - 1u));
  }
  var brought = bring(first_row, first_column, 0u, invocation);
  // Of the rows local.y + i * DOWN of the tile, the first four and the others.
  var upper = mat4x4f();
  var lower = mat4x4f();
  for (var k = 0u; k < K; k += DEPTH) {
    let tile = k / DEPTH % 2u;
    for (var i = 0u; i < A_LOADS; i++) { // unrolled
      var a = vec4f();
      if (k + invocation % QUADS * 4u < K) {
        a = vec4f(brought.a[i]) * norms[i].x + norms[i].y;
      }
      moments[i] += vec2f(dot(a, vec4f(1.0)), dot(a, a));
      a_tile[tile][a_place(invocation / QUADS + i * A_STRIDE, invocation % QUADS)] = a;
    }
    for (var i = 0u; i < WEIGHT_LOADS; i++) { // unrolled
      if (WEIGHTS >= INVOCATIONS || invocation < WEIGHTS) {
        weight_tile[tile][invocation + i * INVOCATIONS] = brought.weights[i];
      }
    }
    workgroupBarrier();
    brought = bring(first_row, first_column, k + DEPTH, invocation);
    for (var quad = slice; quad < QUADS; quad += SLICES) {
      let weights = mat4x4f(
        vec4f(weight_tile[tile][quad * 4u * ACROSS + local.x]),
        vec4f(weight_tile[tile][(quad * 4u + 1u) * ACROSS + local.x]),
        vec4f(weight_tile[tile][(quad * 4u + 2u) * ACROSS + local.x]),
        vec4f(weight_tile[tile][(quad * 4u + 3u) * ACROSS + local.x]),
      );
      upper = multiply_add(upper, weights, mat4x4f(
        a_tile[tile][a_place(local.y, quad)],
        a_tile[tile][a_place(local.y + DOWN, quad)],
        a_tile[tile][a_place(local.y + 2u * DOWN, quad)],
        a_tile[tile][a_place(local.y + 3u * DOWN, quad)],
      ));
      lower = multiply_add(lower, weights, mat4x4f(
        a_tile[tile][a_place(local.y + 4u * DOWN, quad)],
        a_tile[tile][a_place(local.y + 5u * DOWN, quad)],
        a_tile[tile][a_place(local.y + 6u * DOWN, quad)],
        a_tile[tile][a_place(local.y + 7u * DOWN, quad)],
      ));
    }
  }
  // No constant, so that software adapters do not unroll the loops that count to it.
  let rows_each = 8u * min(batch, 1u);
  if (SLICES > 1u) {
    workgroupBarrier();
    // The tiles of A take turns in carrying one of the rows between slices. A slice keeps each SLICES-th row.
    for (var i = 0u; i < rows_each; i++) {
      var sum = upper[0];
      a_tile[i % 2u][invocation] = sum;
      workgroupBarrier();
      if (i % SLICES == slice) {
        sum = vec4f();
        for (var other = 0u; other < SLICES; other++) {
          sum += a_tile[i % 2u][other * (ACROSS * DOWN) + local.y * ACROSS + local.x];
        }
      }
      upper = drop_first(upper, lower[0]);
      lower = drop_first(lower, sum);
    }
  }
  if (NORMALISE == 1u) {
    workgroupBarrier();
    for (var i = 0u; i < A_LOADS; i++) { // unrolled
      a_tile[0][invocation + i * INVOCATIONS] = vec4f(moments[i], 0.0, 0.0);
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < rows_each; i++) {
    if (i % SLICES == slice) {
      store(first_row + local.y + i * DOWN, first_column + local.x, upper[0]);
    }
    upper = drop_first(upper, lower[0]);
    lower = drop_first(lower, lower[3]);
  }
}
