// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]
//
// For software adapters that run four invocations together, and keep what they hold in memory and not in registers: each
// sum is read and written once for four steps of k, as a matrix times a vector, whose terms are added while they are at
// hand. Each element of A is loaded once for a workgroup, which is a quad, and changes places within it; so an invocation
// holds 16 rows x 8 columns, but the rows of a quad in an order of its own. At the end the sums go to an indexed array,
// so that the epilogue is written once and loops over the tile.
//
// Workgroups: x = { count: N, tile: 32 }, y = { count: ROWS, batched, tile: 16 }, z = 1.
// Requires: N % 4 == 0, and K (SOURCE 1: CHANNELS; 2: PATCH_WIDTH and WIDTH) % 4 == 0; subgroups.

enable subgroups;

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

const TILE = 16u;
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

// Where a run of four output rows begins in x, counted in vec4s, or OUTSIDE.
fn run_start(row: vec4u, run: u32) -> vec4u {
  let image = row / ROWS;
  let token = row % ROWS;
  if (SOURCE == 0u) {
    if (!ROLLED) {
      return row * (K / 4u);
    }
    return (image * ROWS + unroll(token / WIDTH, token % WIDTH)) * (K / 4u);
  }
  if (SOURCE == 1u) {
    const COLUMNS = (WIDTH + 1u) / 2u;
    let pixel_row = token / COLUMNS * 2u + run % 2u;
    let pixel_column = token % COLUMNS * 2u + run / 2u;
    let start = (image * (HEIGHT * WIDTH) + unroll(pixel_row, pixel_column)) * (CHANNELS / 4u);
    return select(start, vec4u(OUTSIDE), (pixel_row >= vec4u(HEIGHT)) | (pixel_column >= vec4u(WIDTH)));
  }
  const COLUMNS = max(WIDTH / PATCH_WIDTH, 1u);
  let pixel_row = token / COLUMNS * PATCH_HEIGHT + run % PATCH_HEIGHT;
  let plane = image * CHANNELS + run / PATCH_HEIGHT;
  return ((plane * HEIGHT + pixel_row) * WIDTH + token % COLUMNS * PATCH_WIDTH) >> vec4u(2u);
}

fn load_row(start: u32, offset: u32) -> vec4f {
  if (RAGGED && start == OUTSIDE) {
    return vec4f();
  }
  return vec4f(x[start + offset]);
}

// Four elements of a run in each of four rows, a column each.
fn load(start: vec4u, offset: u32) -> mat4x4f {
  return mat4x4f(
    load_row(start.x, offset),
    load_row(start.y, offset),
    load_row(start.z, offset),
    load_row(start.w, offset),
  );
}

// The one in the middle of three elements of a row. Rows that are standardised are shifted by it, so that neither a large
// mean nor one large element costs digits, and scaled at the end.
fn middle(a: vec4f, b: vec4f, c: vec4f) -> vec4f {
  return max(min(a, b), min(max(a, b), c));
}

// The scales and shifts of four rows, a column each.
fn normalisation(row: vec4u) -> mat2x4f {
  if (NORMALISE == 1u) {
    let start = run_start(row, 0u);
    let first = transpose(load(start, 0u))[0];
    let half = transpose(load(start, RUN / 8u))[RUN / 2u % 4u];
    let last = transpose(load(start, RUN / 4u - 1u))[3];
    return mat2x4f(vec4f(1.0), -middle(first, half, last));
  }
  if (NORMALISE == 2u) {
    let index = row % ROWS;
    return transpose(mat4x2f(rows[index.x], rows[index.y], rows[index.z], rows[index.w]));
  }
  return mat2x4f();
}

fn normalise(values: mat4x4f, norm: mat2x4f) -> mat4x4f {
  if (NORMALISE == 0u) {
    return values;
  }
  return mat4x4f(
    values[0] * norm[0].x + norm[1].x,
    values[1] * norm[0].y + norm[1].y,
    values[2] * norm[0].z + norm[1].z,
    values[3] * norm[0].w + norm[1].w,
  );
}

fn squares_of(values: mat4x4f) -> vec4f {
  return vec4f(
    dot(values[0], values[0]),
    dot(values[1], values[1]),
    dot(values[2], values[2]),
    dot(values[3], values[3]),
  );
}

fn inverse_deviation(sums: vec4f, squares: vec4f) -> vec4f {
  let mean = sums / f32(K);
  return inverseSqrt(max(squares / f32(K) - mean * mean, vec4f()) + EPSILON);
}

// A column of the weight for each of four steps of k.
fn load_weights(k: u32, column: u32) -> mat4x4f {
  let index = k * (N / 4u) + column;
  return mat4x4f(
    vec4f(weight[index]),
    vec4f(weight[index + N / 4u]),
    vec4f(weight[index + 2u * (N / 4u)]),
    vec4f(weight[index + 3u * (N / 4u)]),
  );
}

// The rows of the quad: column i is that of the invocation whose number differs from this one's in the bits of i.
fn exchange(values: vec4f) -> mat4x4f {
  return mat4x4f(values, quadSwapX(values), quadSwapY(values), quadSwapDiagonal(values));
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

fn store(row: u32, column: u32, sum: vec4f) {
  var value = sum;
  if (BIAS == 1u) {
    value += bias[column];
  }
  value = activate(value);
  if (RESIDUAL == 1u) {
    value += vec4f(residual[residual_row(row) * (N / 4u) + column]);
  }
  output[row * (N / 4u) + column] = vec4<Output>(value);
}

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * TILE;
  let end = batch * ROWS;
  let left = group.x * 8u + lane;
  let right = left + 4u;
  let left_source = min(left, N / 4u - 1u);
  let right_source = min(right, N / 4u - 1u);
  let loaded = min(row + lane + vec4u(0u, 4u, 8u, 12u), vec4u(end - 1u));
  let norm = normalisation(loaded);
  var sums = vec4f();
  var squares = vec4f();
  // Four rows by four columns each: rows 0 to 3, 4 to 7, 8 to 11, 12 to 15.
  var left0 = mat4x4f();
  var left1 = mat4x4f();
  var left2 = mat4x4f();
  var left3 = mat4x4f();
  var right0 = mat4x4f();
  var right1 = mat4x4f();
  var right2 = mat4x4f();
  var right3 = mat4x4f();
  // No constant, so that no driver unrolls the loops that count to it.
  let one = min(batch, 1u);
  for (var run = 0u; run < RUNS * one; run++) {
    let start = run_start(loaded, run);
    for (var offset = 0u; offset < RUN / 4u * one; offset++) {
      let k = run * RUN + 4u * offset;
      let left_weights = load_weights(k, left_source);
      let right_weights = load_weights(k, right_source);
      let values = normalise(load(start, offset), norm);
      if (NORMALISE == 1u) {
        sums += vec4f(1.0) * values;
        squares += squares_of(values);
      }
      let a0 = exchange(values[0]);
      left0 += left_weights * a0;
      right0 += right_weights * a0;
      let a1 = exchange(values[1]);
      left1 += left_weights * a1;
      right1 += right_weights * a1;
      let a2 = exchange(values[2]);
      left2 += left_weights * a2;
      right2 += right_weights * a2;
      let a3 = exchange(values[3]);
      left3 += left_weights * a3;
      right3 += right_weights * a3;
    }
  }
  let scales = inverse_deviation(sums, squares);
  var tile = array(left0, left1, left2, left3, right0, right1, right2, right3);
  for (var index = 0u; index < TILE * one; index++) {
    let four = index / 4u;
    let stored = row + 4u * four + (lane ^ (index % 4u));
    var scale = 1.0;
    if (NORMALISE == 1u) {
      scale = subgroupShuffleXor(scales, index % 4u)[four];
    }
    if (stored < end && left < N / 4u) {
      store(stored, left, tile[four][index % 4u] * scale);
    }
    if (stored < end && right < N / 4u) {
      store(stored, right, tile[4u + four][index % 4u] * scale);
    }
  }
}
