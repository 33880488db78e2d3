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
// Where A comes from: 0 rows of x, 1 patch merging (2 x 2 pixels), 2 patches of an NCHW image.
const SOURCE: u32 = 0;
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

// No part of the text, so that one pipeline serves the products of all stages: software adapters take longer to compile
// one than to run it.
struct Sizes {
  // Output rows of one image, and the sizes of the product.
  ROWS: u32,
  K: u32,
  N: u32,
  // The grid of x (the image for SOURCE 2) and its channels.
  HEIGHT: u32,
  WIDTH: u32,
  CHANNELS: u32,
  // The grid of the output tokens.
  OUTPUT_HEIGHT: u32,
  OUTPUT_WIDTH: u32,
}

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> weight: array<vec4<Weight>>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> rows: array<vec2f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4<Output>>;
@group(0) @binding(6) var<storage, read_write> output: array<vec4<Output>>;
@group(0) @binding(7) var<uniform> sizes: Sizes;

const TILE = 16u;
const OUTSIDE = 0xffffffffu;

// Row r of A is a sequence of contiguous runs of x: how long they are, and where four of them begin, or OUTSIDE.
fn run_length(size: Sizes) -> u32 {
  return select(select(size.K, size.CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);
}

fn rolled_places(size: Sizes, row: vec4u, column: vec4u) -> vec4u {
  if (ROLL_HEIGHT + ROLL_WIDTH == 0u) {
    return row * size.WIDTH + column;
  }
  let from_row = (row + size.HEIGHT - ROLL_HEIGHT) % size.HEIGHT;
  return from_row * size.WIDTH + (column + size.WIDTH - ROLL_WIDTH) % size.WIDTH;
}

fn run_starts(size: Sizes, row: vec4u, run: u32) -> vec4u {
  if (SOURCE == 0u && ROLL_HEIGHT + ROLL_WIDTH == 0u) {
    return row * size.K;
  }
  let width = size.WIDTH;
  let image = row / size.ROWS;
  let token = row % size.ROWS;
  if (SOURCE == 0u) {
    return (image * size.ROWS + rolled_places(size, token / width, token % width)) * size.K;
  }
  if (SOURCE == 1u) {
    let columns = (width + 1u) / 2u;
    let pixel_row = token / columns * 2u + run % 2u;
    let pixel_column = token % columns * 2u + run / 2u;
    let start = (image * (size.HEIGHT * width) + rolled_places(size, pixel_row, pixel_column)) * size.CHANNELS;
    return select(start, vec4u(OUTSIDE), (pixel_row >= vec4u(size.HEIGHT)) | (pixel_column >= vec4u(width)));
  }
  let columns = width / PATCH_WIDTH;
  let pixel_row = token / columns * PATCH_HEIGHT + run % PATCH_HEIGHT;
  let plane = image * size.CHANNELS + run / PATCH_HEIGHT;
  return (plane * size.HEIGHT + pixel_row) * width + token % columns * PATCH_WIDTH;
}

// One element of a run in each row that an invocation loads: four rows, or two where eight invocations share them.
fn load(start: vec4u, offset: u32) -> vec4f {
  let outside = start == vec4u(OUTSIDE);
  var index = start + offset;
  if (SOURCE == 1u) {
    index = select(index, vec4u(0u), outside);
  }
  var values = vec4f(f32(x[index.x]), f32(x[index.y]), 0.0, 0.0);
  if (SUBGROUP == 4u) {
    values = vec4f(values.xy, f32(x[index.z]), f32(x[index.w]));
  }
  if (SOURCE == 1u) {
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
fn normalisation(size: Sizes, row: vec4u) -> mat2x4f {
  if (NORMALISE == 1u) {
    let start = run_starts(size, row, 0u);
    let length = run_length(size);
    return mat2x4f(vec4f(1.0), -middle(load(start, 0u), load(start, length / 2u), load(start, length - 1u)));
  }
  if (NORMALISE == 2u) {
    let index = row % size.ROWS;
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

fn residual_from(size: Sizes, row: u32) -> u32 {
  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {
    return row;
  }
  let height = size.OUTPUT_HEIGHT;
  let width = size.OUTPUT_WIDTH;
  let token = row % size.ROWS;
  let from_row = (token / width + height - RESIDUAL_ROLL_HEIGHT) % height;
  let from_column = (token % width + width - RESIDUAL_ROLL_WIDTH) % width;
  return row - token + from_row * width + from_column;
}

fn store(size: Sizes, row: u32, column: u32, sum: vec4f) {
  let quads = size.N / 4u;
  var value = sum;
  if (BIAS == 1u) {
    value += bias[column];
  }
  value = activate(value);
  if (RESIDUAL == 1u) {
    value += vec4f(residual[residual_from(size, row) * quads + column]);
  }
  output[row * quads + column] = vec4<Output>(value);
}

@compute @workgroup_size(SUBGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = sizes;
  let row = group.y * TILE;
  let end = batch * size.ROWS;
  let quads = size.N / 4u;
  let left = group.x * (2u * SUBGROUP) + lane;
  let right = left + SUBGROUP;
  let left_source = min(left, quads - 1u);
  let right_source = min(right, quads - 1u);
  let loaded = min(row + lane + SUBGROUP * vec4u(0u, 1u, 2u, 3u), vec4u(end - 1u));
  let norm = normalisation(size, loaded);
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
  let length = run_length(size);
  let runs = size.K / length;
  for (var run = 0u; run < runs; run++) { // once if SOURCE == 0u
    let start = run_starts(size, loaded, run);
    for (var offset = 0u; offset < length; offset++) {
      let weights = (run * length + offset) * quads;
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
  let mean = sums / f32(size.K);
  let scales = inverseSqrt(max(squares / f32(size.K) - mean * mean, vec4f()) + EPSILON);
  for (var stored = row; stored < min(row + TILE, end); stored++) {
    var scale = 1.0;
    if (NORMALISE == 1u) {
      let index = stored - row;
      scale = subgroupShuffle(scales, index % SUBGROUP)[index / SUBGROUP];
    }
    if (left < quads) {
      store(size, stored, left, left0[0] * scale);
    }
    if (right < quads) {
      store(size, stored, right, right0[0] * scale);
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
