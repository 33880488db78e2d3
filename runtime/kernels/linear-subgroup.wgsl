// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]
//
// For software adapters with subgroups: loads are what costs there, so that each element of A is loaded once for a
// workgroup, which is one subgroup, and handed round. An invocation holds 16 rows x 8 columns in matrices; no workgroup
// memory, no barriers, no indexed private arrays, and an epilogue that is written once and loops over the tile.
//
// Workgroups: x = { count: N, tile: 8 * SUBGROUP }, y = { count: ROWS, batched, tile: 16 }, z = 1.
// Requires: N % 4 == 0, subgroups of SUBGROUP invocations.

enable subgroups;

alias Input = f32;
alias Weight = f32;
alias Output = f32;

// Invocations that run together on this adapter: 4 or 8.
const SUBGROUP: u32 = 8;
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

// One element of a run in each row that an invocation loads: four rows, or two where eight invocations share them.
fn load(start: vec4u, offset: u32) -> vec4f {
  let outside = start == vec4u(OUTSIDE);
  var index = start + offset;
  if (RAGGED) {
    index = select(index, vec4u(0u), outside);
  }
  var values = vec4f(f32(x[index.x]), f32(x[index.y]), 0.0, 0.0);
  if (SUBGROUP == 4u) {
    values = vec4f(values.xy, f32(x[index.z]), f32(x[index.w]));
  }
  if (RAGGED) {
    return select(values, vec4f(), outside);
  }
  return values;
}

// The one in the middle of three elements of a row. Rows that are standardised are shifted by it, so that neither a large
// mean nor one large element costs digits, and scaled at the end.
fn middle(a: vec4f, b: vec4f, c: vec4f) -> vec4f {
  return max(min(a, b), min(max(a, b), c));
}

// The scales and shifts of the rows that an invocation loads, a column each.
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

// From what each invocation loaded to all 16 rows, four in a column.
fn share(values: vec4f) -> mat4x4f {
  if (SUBGROUP == 4u) {
    return transpose(mat4x4f(
      subgroupBroadcast(values, 0u),
      subgroupBroadcast(values, 1u),
      subgroupBroadcast(values, 2u),
      subgroupBroadcast(values, 3u),
    ));
  }
  let two = values.xy;
  let upper = transpose(mat4x2f(
    subgroupBroadcast(two, 0u),
    subgroupBroadcast(two, 1u),
    subgroupBroadcast(two, 2u),
    subgroupBroadcast(two, 3u),
  ));
  let lower = transpose(mat4x2f(
    subgroupBroadcast(two, 4u),
    subgroupBroadcast(two, 5u),
    subgroupBroadcast(two, 6u),
    subgroupBroadcast(two, 7u),
  ));
  return mat4x4f(upper[0], lower[0], upper[1], lower[1]);
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

@compute @workgroup_size(SUBGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * TILE;
  let end = batch * ROWS;
  let left = group.x * (2u * SUBGROUP) + lane;
  let right = left + SUBGROUP;
  let left_source = min(left, N / 4u - 1u);
  let right_source = min(right, N / 4u - 1u);
  let loaded = min(row + lane + SUBGROUP * vec4u(0u, 1u, 2u, 3u), vec4u(end - 1u));
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
    for (var offset = 0u; offset < RUN * one; offset++) {
      let weights = (run * RUN + offset) * (N / 4u);
      let left_weights = vec4f(weight[weights + left_source]);
      let right_weights = vec4f(weight[weights + right_source]);
      let values = normalise(load(start, offset), norm);
      if (NORMALISE == 1u) {
        sums += values;
        squares += values * values;
      }
      let a = share(values);
      left0 += outer(left_weights, a[0]);
      left1 += outer(left_weights, a[1]);
      left2 += outer(left_weights, a[2]);
      left3 += outer(left_weights, a[3]);
      right0 += outer(right_weights, a[0]);
      right1 += outer(right_weights, a[1]);
      right2 += outer(right_weights, a[2]);
      right3 += outer(right_weights, a[3]);
    }
  }
  let mean = sums / f32(K);
  let scales = inverseSqrt(max(squares / f32(K) - mean * mean, vec4f()) + EPSILON);
  for (var stored = row; stored < min(row + TILE, end); stored++) {
    var scale = 1.0;
    if (NORMALISE == 1u) {
      let index = stored - row;
      scale = subgroupShuffle(scales, index % SUBGROUP)[index / SUBGROUP];
    }
    if (left < N / 4u) {
      store(stored, left, left0[0] * scale);
    }
    if (right < N / 4u) {
      store(stored, right, right0[0] * scale);
    }
    left0 = drop_first(left0, left1[0]);
    left1 = drop_first(left1, left2[0]);
    left2 = drop_first(left2, left3[0]);
    left3 = drop_first(left3, left3[0]);
    right0 = drop_first(right0, right1[0]);
    right1 = drop_first(right1, right2[0]);
    right2 = drop_first(right2, right3[0]);
    right3 = drop_first(right3, right3[0]);
  }
}
