// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]
//
// For software adapters: one invocation holds 8 rows x 8 columns in matrices; no workgroup memory, no barriers, no
// indexed private arrays. The text is kept small in loads and stores, which such drivers are slow to compile: one step
// of k at a time, and an epilogue that is written once and loops over the tile.
//
// Workgroups: x = { count: N, tile: 32 }, y = { count: ROWS, batched, tile: 32 }, z = 1.
// Requires: N % 4 == 0.

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
@group(0) @binding(2) var<storage, read> weight: array<vec4<Weight>>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> rows: array<vec2f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4<Output>>;
@group(0) @binding(6) var<storage, read_write> output: array<vec4<Output>>;

const SIDE = 4;
const OUTSIDE = 0xffffffffu;

// Row r of A is a sequence of contiguous runs of x.
const RUN = select(select(K, CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);
const RUNS = K / RUN;
const ROLLED = ROLL_HEIGHT + ROLL_WIDTH > 0u;
const RAGGED = SOURCE == 1u && (HEIGHT % 2u + WIDTH % 2u > 0u);

fn unroll(row: vec4u, column: vec4u) -> vec4u {
  if (!ROLLED) {
    return row * WIDTH + column;
  }
  return (row + HEIGHT - ROLL_HEIGHT) % HEIGHT * WIDTH + (column + WIDTH - ROLL_WIDTH) % WIDTH;
}

// Where a run of four output rows begins in x, or OUTSIDE.
fn run_start(row: vec4u, run: u32) -> vec4u {
  let image = row / ROWS;
  let token = row % ROWS;
  if (SOURCE == 0u) {
    if (!ROLLED) {
      return row * K;
    }
    return (image * ROWS + unroll(token / WIDTH, token % WIDTH)) * K;
  }
  if (SOURCE == 1u) {
    const COLUMNS = (WIDTH + 1u) / 2u;
    let pixel_row = token / COLUMNS * 2u + run % 2u;
    let pixel_column = token % COLUMNS * 2u + run / 2u;
    let start = (image * (HEIGHT * WIDTH) + unroll(pixel_row, pixel_column)) * CHANNELS;
    return select(start, vec4u(OUTSIDE), (pixel_row >= vec4u(HEIGHT)) | (pixel_column >= vec4u(WIDTH)));
  }
  const COLUMNS = max(WIDTH / PATCH_WIDTH, 1u);
  let pixel_row = token / COLUMNS * PATCH_HEIGHT + run % PATCH_HEIGHT;
  let plane = image * CHANNELS + run / PATCH_HEIGHT;
  return (plane * HEIGHT + pixel_row) * WIDTH + token % COLUMNS * PATCH_WIDTH;
}

// One element of a run in each of four rows.
fn load(start: vec4u, offset: u32) -> vec4f {
  var index = start + offset;
  if (RAGGED) {
    index = select(index, vec4u(0u), start == vec4u(OUTSIDE));
  }
  let values = vec4f(f32(x[index.x]), f32(x[index.y]), f32(x[index.z]), f32(x[index.w]));
  if (RAGGED) {
    return select(values, vec4f(), start == vec4u(OUTSIDE));
  }
  return values;
}

// The one in the middle of three elements of a row. Rows that are standardised are shifted by it, so that neither a large
// mean nor one large element costs digits, and scaled at the end.
fn middle(a: vec4f, b: vec4f, c: vec4f) -> vec4f {
  return max(min(a, b), min(max(a, b), c));
}

// Four rows' scales and shifts, a column each. Rows that are standardised are shifted by their first element, so that a
// large mean costs no digits, and scaled at the end.
fn normalisation(row: vec4u) -> mat2x4f {
  if (NORMALISE == 1u) {
    let start = run_start(row, 0u);
    return mat2x4f(vec4f(1.0), -middle(load(start, 0u), load(start, RUN / 2u), load(start, RUN - 1u)));
  }
  if (NORMALISE == 2u) {
    let index = row % ROWS;
    return transpose(mat4x2f(rows[index.x], rows[index.y], rows[index.z], rows[index.w]));
  }
  return mat2x4f();
}

fn normalise(values: vec4f, norm: mat2x4f) -> vec4f {
  if (NORMALISE == 0u) {
    return values;
  }
  return values * norm[0] + norm[1];
}

// One over the deviation of four rows, from the sums of their elements and of the squares.
fn inverse_deviation(sums: vec4f, squares: vec4f) -> vec4f {
  let mean = sums / f32(K);
  return inverseSqrt(max(squares / f32(K) - mean * mean, vec4f()) + EPSILON);
}

// Four rows by four columns: a column of the matrix is a row of the product.
fn outer(weights: vec4f, values: vec4f) -> mat4x4f {
  return mat4x4f(weights * values.x, weights * values.y, weights * values.z, weights * values.w);
}

fn drop_first(sums: mat4x4f, next: vec4f) -> mat4x4f {
  return mat4x4f(sums[1], sums[2], sums[3], next);
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

fn store(row: u32, column: u32, sum: vec4f, scale: f32) {
  var value = sum;
  if (NORMALISE == 1u) {
    value *= scale;
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
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x * 2u;
  let row = id.y * 8u;
  let end = batch * ROWS;
  if (column >= N / 4u || row >= end) {
    return;
  }
  let columns = min(2u, N / 4u - column);
  let upper_rows = min(row + vec4u(0u, 1u, 2u, 3u), vec4u(end - 1u));
  let lower_rows = min(row + vec4u(4u, 5u, 6u, 7u), vec4u(end - 1u));
  let upper_norm = normalisation(upper_rows);
  let lower_norm = normalisation(lower_rows);
  var upper_left = mat4x4f();
  var upper_right = mat4x4f();
  var lower_left = mat4x4f();
  var lower_right = mat4x4f();
  var upper_sums = vec4f();
  var lower_sums = vec4f();
  var upper_squares = vec4f();
  var lower_squares = vec4f();
  for (var run = 0u; run < RUNS; run++) {
    let upper_start = run_start(upper_rows, run);
    let lower_start = run_start(lower_rows, run);
    for (var offset = 0u; offset < RUN; offset++) {
      let left = (run * RUN + offset) * (N / 4u) + column;
      let left_weights = vec4f(weight[left]);
      let right_weights = vec4f(weight[left + columns - 1u]);
      let upper = normalise(load(upper_start, offset), upper_norm);
      let lower = normalise(load(lower_start, offset), lower_norm);
      if (NORMALISE == 1u) {
        upper_sums += upper;
        lower_sums += lower;
        upper_squares += upper * upper;
        lower_squares += lower * lower;
      }
      upper_left += outer(left_weights, upper);
      upper_right += outer(right_weights, upper);
      lower_left += outer(left_weights, lower);
      lower_right += outer(right_weights, lower);
    }
  }
  var scales = inverse_deviation(upper_sums, upper_squares);
  var lower_scales = inverse_deviation(lower_sums, lower_squares);
  for (var stored = row; stored < min(row + 8u, end); stored++) {
    for (var right = 0u; right < columns; right++) {
      store(stored, column + right, select(upper_left[0], upper_right[0], right == 1u), scales.x);
    }
    scales = vec4f(scales.yzw, lower_scales.x);
    lower_scales = lower_scales.yzww;
    upper_left = drop_first(upper_left, lower_left[0]);
    upper_right = drop_first(upper_right, lower_right[0]);
    lower_left = drop_first(lower_left, lower_left[0]);
    lower_right = drop_first(lower_right, lower_right[0]);
  }
}
