// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]
//
// For shapes that the tiled kernels cannot take, on any adapter: scalar loads, one invocation an output.
//
// Workgroups: x = { count: N, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.
// Requires: nothing.

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
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> weight: array<Weight>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> rows: array<vec2f>;
@group(0) @binding(5) var<storage, read> residual: array<Output>;
@group(0) @binding(6) var<storage, read_write> output: array<Output>;

const COLUMN_TILE = 16;
const ROW_TILE = 4;
const OUTSIDE = 0xffffffffu;

// Row r of A is a sequence of contiguous runs of x.
const RUN = select(select(K, CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);
const RUNS = K / RUN;

fn unroll(row: u32, column: u32) -> u32 {
  return (row + HEIGHT - ROLL_HEIGHT) % HEIGHT * WIDTH + (column + WIDTH - ROLL_WIDTH) % WIDTH;
}

// Where a run of an output row begins in x, or OUTSIDE.
fn run_start(row: u32, run: u32) -> u32 {
  let image = row / ROWS;
  let token = row % ROWS;
  if (SOURCE == 0u) {
    if (ROLL_HEIGHT + ROLL_WIDTH == 0u) {
      return row * K;
    }
    return (image * ROWS + unroll(token / WIDTH, token % WIDTH)) * K;
  }
  if (SOURCE == 1u) {
    const COLUMNS = (WIDTH + 1u) / 2u;
    let pixel_row = token / COLUMNS * 2u + run % 2u;
    let pixel_column = token % COLUMNS * 2u + run / 2u;
    let start = (image * (HEIGHT * WIDTH) + unroll(pixel_row, pixel_column)) * CHANNELS;
    return select(start, OUTSIDE, pixel_row >= HEIGHT || pixel_column >= WIDTH);
  }
  const COLUMNS = max(WIDTH / PATCH_WIDTH, 1u);
  let pixel_row = token / COLUMNS * PATCH_HEIGHT + run % PATCH_HEIGHT;
  let plane = image * CHANNELS + run / PATCH_HEIGHT;
  return (plane * HEIGHT + pixel_row) * WIDTH + token % COLUMNS * PATCH_WIDTH;
}

fn load(start: u32, offset: u32) -> f32 {
  if (start == OUTSIDE) {
    return 0.0;
  }
  return f32(x[start + offset]);
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
    return vec2f(1.0, -middle(load(start, 0u), load(start, RUN / 2u), load(start, RUN - 1u)));
  }
  if (NORMALISE == 2u) {
    return rows[row % ROWS];
  }
  return vec2f(1.0, 0.0);
}

// After Abramowitz and Stegun 7.1.26: within 2e-7 everywhere.
fn erf(value: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.3275911 * abs(value));
  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return sign(value) * (1.0 - series * exp(-value * value));
}

fn activate(value: f32) -> f32 {
  if (ACTIVATION == 1u) {
    return 0.5 * value * (1.0 + erf(value * 0.70710678118654752));
  }
  if (ACTIVATION == 2u) {
    let inner = 0.79788456080286536 * (value + 0.044715 * value * value * value);
    return 0.5 * value * (1.0 + tanh(clamp(inner, -10.0, 10.0)));
  }
  if (ACTIVATION == 3u) {
    return max(value, 0.0);
  }
  if (ACTIVATION == 4u) {
    return value / (1.0 + exp(min(-value, 80.0)));
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

@compute @workgroup_size(COLUMN_TILE, ROW_TILE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  let row = id.y;
  if (column >= N || row >= batch * ROWS) {
    return;
  }
  let norm = normalisation(row);
  var value = 0.0;
  var sum = 0.0;
  var squares = 0.0;
  for (var run = 0u; run < RUNS; run++) {
    let start = run_start(row, run);
    for (var offset = 0u; offset < RUN; offset++) {
      let a = load(start, offset) * norm.x + norm.y;
      value += a * f32(weight[(run * RUN + offset) * N + column]);
      sum += a;
      squares += a * a;
    }
  }
  if (NORMALISE == 1u) {
    let mean = sum / f32(K);
    value *= inverseSqrt(max(squares / f32(K) - mean * mean, 0.0) + EPSILON);
  }
  if (BIAS == 1u) {
    value += bias[column];
  }
  value = activate(value);
  if (RESIDUAL == 1u) {
    value += f32(residual[residual_row(row) * N + column]);
  }
  output[row * N + column] = Output(value);
}
