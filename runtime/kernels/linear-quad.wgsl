// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]
//
// For software adapters that run four invocations together, and keep what they hold in memory and not in registers: each
// sum is read and written once for four steps of k, as a matrix times a vector, whose terms are added while they are at
// hand. Each element of A is loaded once for a workgroup, which is a quad, and changes places within it; so an invocation
// holds as many rows as the tile x 8 columns, but the rows of a quad in an order of its own. At the end the sums go to
// indexed arrays, so that the epilogue is written once and loops over the tile.
//
// Workgroups: x = { count: N, tile: 32 }, y = { count: ROWS, batched, tile: 4 * PARTS }, z = 1.
// Requires: N % 4 == 0, and K (SOURCE 1: CHANNELS; 2: PATCH_WIDTH and WIDTH) % 4 == 0; subgroups.

enable subgroups;

alias Input = f32;
alias Weight = f32;
alias Output = f32;

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
// Rows of A that an invocation loads: a fourth of the tile's.
const PARTS: u32 = 4;

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
@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;
@group(0) @binding(2) var<storage, read> weight: array<vec4<Weight>>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> rows: array<vec2f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4<Output>>;
@group(0) @binding(6) var<storage, read_write> output: array<vec4<Output>>;
@group(0) @binding(7) var<uniform> sizes: Sizes;

const TILE = 4u * PARTS;
const OUTSIDE = 0xffffffffu;

// Row r of A is a sequence of contiguous runs of x: where they begin, and as long as they are, counted in vec4s.
fn run_quads(size: Sizes) -> u32 {
  return select(select(size.K, size.CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u) / 4u;
}

fn rolled_place(size: Sizes, row: u32, column: u32) -> u32 {
  let from_row = (row + size.HEIGHT - ROLL_HEIGHT) % size.HEIGHT;
  return from_row * size.WIDTH + (column + size.WIDTH - ROLL_WIDTH) % size.WIDTH;
}

// Or OUTSIDE.
fn run_start(size: Sizes, row: u32, run: u32) -> u32 {
  if (SOURCE == 0u && ROLL_HEIGHT + ROLL_WIDTH == 0u) {
    return row * (size.K / 4u);
  }
  let width = size.WIDTH;
  let image = row / size.ROWS;
  let token = row % size.ROWS;
  if (SOURCE == 0u) {
    return (image * size.ROWS + rolled_place(size, token / width, token % width)) * (size.K / 4u);
  }
  if (SOURCE == 1u) {
    let columns = (width + 1u) / 2u;
    let pixel_row = token / columns * 2u + run % 2u;
    let pixel_column = token % columns * 2u + run / 2u;
    let start = (image * (size.HEIGHT * width) + rolled_place(size, pixel_row, pixel_column)) * (size.CHANNELS / 4u);
    return select(start, OUTSIDE, pixel_row >= size.HEIGHT || pixel_column >= width);
  }
  let columns = width / PATCH_WIDTH;
  let pixel_row = token / columns * PATCH_HEIGHT + run % PATCH_HEIGHT;
  let plane = image * size.CHANNELS + run / PATCH_HEIGHT;
  return ((plane * size.HEIGHT + pixel_row) * width + token % columns * PATCH_WIDTH) / 4u;
}

// Four elements of a run.
fn load(start: u32, offset: u32) -> vec4f {
  if (SOURCE == 1u && start == OUTSIDE) {
    return vec4f();
  }
  return vec4f(x[start + offset]);
}

// The one in the middle of three elements of a row. Rows that are standardised are shifted by it, so that neither a large
// mean nor one large element costs digits, and scaled at the end.
fn middle(a: f32, b: f32, c: f32) -> f32 {
  return max(min(a, b), min(max(a, b), c));
}

// The scale and the shift of a row.
fn normalisation(size: Sizes, row: u32) -> vec2f {
  if (NORMALISE == 1u) {
    let start = run_start(size, row, 0u);
    let quads = run_quads(size);
    return vec2f(1.0, -middle(f32(x[start].x), f32(x[start + quads / 2u].x), f32(x[start + quads - 1u].w)));
  }
  if (NORMALISE == 2u) {
    return rows[row % size.ROWS];
  }
  return vec2f(1.0, 0.0);
}

fn normalise(values: vec4f, norm: vec2f) -> vec4f {
  if (NORMALISE == 0u) {
    return values;
  }
  if (NORMALISE == 1u) {
    return values + norm.y;
  }
  return values * norm.x + norm.y;
}

fn inverse_deviation(size: Sizes, moments: vec2f) -> f32 {
  let mean = moments / f32(size.K);
  return inverseSqrt(max(mean.y - mean.x * mean.x, 0.0) + EPSILON);
}

// Four columns of the weight for each of four steps of k.
fn load_weights(index: u32, stride: u32) -> mat4x4f {
  return mat4x4f(
    vec4f(weight[index]),
    vec4f(weight[index + stride]),
    vec4f(weight[index + 2u * stride]),
    vec4f(weight[index + 3u * stride]),
  );
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
  var value = activate(sum);
  if (RESIDUAL == 1u) {
    value += vec4f(residual[residual_from(size, row) * quads + column]);
  }
  output[row * quads + column] = vec4<Output>(value);
}

fn bias_of(column: u32) -> vec4f {
  if (BIAS == 1u) {
    return bias[column];
  }
  return vec4f();
}

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = sizes;
  let row = group.y * TILE;
  let end = batch * size.ROWS;
  let quads = size.N / 4u;
  let left = group.x * 8u + lane;
  let right = left + 4u;
  let left_source = min(left, quads - 1u);
  let right_source = min(right, quads - 1u);
  var norms: array<vec2f, PARTS>;
  for (var part = 0u; part < PARTS; part++) { // unrolled
    norms[part] = normalisation(size, min(row + 4u * part + lane, end - 1u));
  }
  var starts: array<u32, PARTS>;
  var moments: array<vec2f, PARTS>;
  // Of row 4 * part + (lane ^ turn), four columns at the left and four at the right.
  var left_sums: array<vec4f, TILE>;
  var right_sums: array<vec4f, TILE>;
  let steps = run_quads(size);
  let runs = size.K / 4u / steps;
  for (var run = 0u; run < runs; run++) { // once if SOURCE == 0u
    for (var part = 0u; part < PARTS; part++) { // unrolled
      starts[part] = run_start(size, min(row + 4u * part + lane, end - 1u), run);
    }
    for (var offset = 0u; offset < steps; offset++) {
      let first = (run * steps + offset) * (4u * quads);
      let left_weights = load_weights(first + left_source, quads);
      let right_weights = load_weights(first + right_source, quads);
      for (var part = 0u; part < PARTS; part++) { // unrolled
        let values = normalise(load(starts[part], offset), norms[part]);
        if (NORMALISE == 1u) {
          moments[part] += vec2f(dot(values, vec4f(1.0)), dot(values, values));
        }
        let beside = quadSwapX(values);
        let below = quadSwapY(values);
        let across = quadSwapDiagonal(values);
        left_sums[4u * part] += left_weights * values;
        left_sums[4u * part + 1u] += left_weights * beside;
        left_sums[4u * part + 2u] += left_weights * below;
        left_sums[4u * part + 3u] += left_weights * across;
        right_sums[4u * part] += right_weights * values;
        right_sums[4u * part + 1u] += right_weights * beside;
        right_sums[4u * part + 2u] += right_weights * below;
        right_sums[4u * part + 3u] += right_weights * across;
      }
    }
  }
  // Indexed from here on, so that the epilogue is written once.
  var scales: array<f32, PARTS>;
  if (NORMALISE == 1u) {
    for (var part = 0u; part < PARTS; part++) { // unrolled
      scales[part] = inverse_deviation(size, moments[part]);
    }
  }
  var left_tile: array<vec4f, TILE>;
  var right_tile: array<vec4f, TILE>;
  for (var index = 0u; index < TILE; index++) { // unrolled
    left_tile[index] = left_sums[index];
    right_tile[index] = right_sums[index];
  }
  let left_bias = bias_of(left_source);
  let right_bias = bias_of(right_source);
  // No constant, so that no driver unrolls the loop that counts to it.
  for (var index = 0u; index < TILE * min(batch, 1u); index++) {
    let stored = row + (index ^ lane);
    var scale = 1.0;
    if (NORMALISE == 1u) {
      scale = subgroupShuffleXor(scales[index / 4u], index % 4u);
    }
    if (stored < end && left < quads) {
      store(size, stored, left, left_tile[index] * scale + left_bias);
    }
    if (stored < end && right < quads) {
      store(size, stored, right, right_tile[index] * scale + right_bias);
    }
  }
}
