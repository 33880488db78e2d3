// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]
//
// For GPUs: a workgroup of 16 x 16 invocations computes 64 x 64 outputs from tiles in workgroup memory, 4 x 4 each.
//
// Workgroups: x = { count: N, tile: 64 }, y = { count: ROWS, batched, tile: 64 }, z = 1.
// Requires: N % 4 == 0, and the contiguous run of A % 4 == 0: K (SOURCE 0), CHANNELS (1), PATCH_WIDTH (2).

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
const DEPTH = 16u;
const SIDE = 16;
const OUTSIDE = 0xffffffffu;

// Row r of A is a sequence of contiguous runs of x.
const RUN = select(select(K, CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);

// Tiles by k. That of A is scalar: a store to one component of a vec4 may touch the others.
var<workgroup> a_tile: array<array<f32, TILE>, DEPTH>;
var<workgroup> weight_tile: array<array<vec4f, TILE / 4u>, DEPTH>;
// Sums of the elements and of their squares, of the quarter of a row that an invocation has brought.
var<workgroup> moments: array<array<vec2f, 4>, TILE>;

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

fn load(row: u32, k: u32, norm: vec2f) -> vec4f {
  if (k >= K) {
    return vec4f();
  }
  let start = run_start(row, k / RUN);
  if (start == OUTSIDE) {
    return vec4f(norm.y);
  }
  return vec4f(x[start + k % RUN / 4u]) * norm.x + norm.y;
}

fn load_weight(k: u32, column: u32) -> vec4f {
  if (k >= K || column >= N / 4u) {
    return vec4f();
  }
  return vec4f(weight[k * (N / 4u) + column]);
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

fn inverse_deviation(tile_row: u32) -> f32 {
  let quarters = moments[tile_row];
  let sums = (quarters[0] + quarters[1] + quarters[2] + quarters[3]) / f32(K);
  return inverseSqrt(max(sums.y - sums.x * sums.x, 0.0) + EPSILON);
}

fn store(row: u32, column: u32, sum: vec4f) {
  if (row >= batch * ROWS) {
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

@compute @workgroup_size(SIDE, SIDE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  // While loading, an invocation brings four k of one row of A, and four columns of one k of the weight.
  let tile_row = invocation / 4u;
  let tile_k = invocation % 4u * 4u;
  let load_row = min(group.y * TILE + tile_row, batch * ROWS - 1u);
  let norm = normalisation(load_row);
  let column = group.x * (TILE / 4u) + local.x;
  var sums = mat4x4f();
  var moment = vec2f();
  for (var k = 0u; k < K; k += DEPTH) {
    let a = load(load_row, k + tile_k, norm);
    moment += vec2f(dot(a, vec4f(1.0)), dot(a, a));
    a_tile[tile_k][tile_row] = a.x;
    a_tile[tile_k + 1u][tile_row] = a.y;
    a_tile[tile_k + 2u][tile_row] = a.z;
    a_tile[tile_k + 3u][tile_row] = a.w;
    weight_tile[local.y][local.x] = load_weight(k + local.y, column);
    workgroupBarrier();
    for (var depth = 0u; depth < DEPTH; depth++) {
      let weights = weight_tile[depth][local.x];
      sums[0] += weights * a_tile[depth][local.y * 4u];
      sums[1] += weights * a_tile[depth][local.y * 4u + 1u];
      sums[2] += weights * a_tile[depth][local.y * 4u + 2u];
      sums[3] += weights * a_tile[depth][local.y * 4u + 3u];
    }
    workgroupBarrier();
  }
  if (NORMALISE == 1u) {
    moments[tile_row][invocation % 4u] = moment;
    workgroupBarrier();
  }
  if (column >= N / 4u) {
    return;
  }
  let row = group.y * TILE + local.y * 4u;
  store(row, column, sums[0]);
  store(row + 1u, column, sums[1]);
  store(row + 2u, column, sums[2]);
  store(row + 3u, column, sums[3]);
}
