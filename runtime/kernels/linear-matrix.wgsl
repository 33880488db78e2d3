// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]
//
// For GPUs with matrix units, by an extension of WGSL that is an experiment of Dawn's: f16 in, f32 sums. Tiles of A and of
// the weight go through workgroup memory, two of each: while one is read the other is filled, with one barrier in between.
// A subgroup computes BELOW x BESIDE matrices of 16 x 16. SPOTS subgroups, ACROSS of them side by side, cover the outputs
// of a workgroup; SLICES times as many divide K among them, and at the end the slices are added in their order. What a tile
// needs is loaded AHEAD tiles before. Sums reach the epilogue through the memory of the tiles. Values of A are rounded to
// f16 after they are normalised.
//
// Workgroups: x = { count: N, tile: 16 * BESIDE * ACROSS },
//             y = { count: ROWS, batched, tile: 16 * BELOW * SPOTS / ACROSS }, z = 1.
// Requires: N % 4 == 0, and the contiguous run of A % 4 == 0: K (SOURCE 0), CHANNELS (1), PATCH_WIDTH (2); subgroups of
// 32 invocations; matrices of 16 x 16 by 16 x 16, f16 in and f32 out. Constants are powers of two; DEPTH is a multiple of
// 16 * SLICES, and SPOTS of ACROSS; each tile has as many quads as the workgroup has invocations, or a multiple. BESIDE may
// also be 3, and AHEAD is 1 or 2.

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

// How the work is divided, and how much of K a tile holds.
const ACROSS: u32 = 2;
const SPOTS: u32 = 4;
const SLICES: u32 = 1;
const BELOW: u32 = 1;
const BESIDE: u32 = 1;
const DEPTH: u32 = 32;
const AHEAD: u32 = 2;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;
@group(0) @binding(2) var<storage, read> weight: array<vec4<Weight>>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> rows: array<vec2f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4<Output>>;
@group(0) @binding(6) var<storage, read_write> output: array<vec4<Output>>;

// Invocations of a subgroup, and rows and columns of a matrix.
const LANES = 32u;
const SIDE = 16u;
const INVOCATIONS = LANES * SPOTS * SLICES;
const TILE_ROWS = SIDE * BELOW * (SPOTS / ACROSS);
const TILE_COLUMNS = SIDE * BESIDE * ACROSS;
// Vec4s of a row of the tiles, and how many of each an invocation brings.
const QUADS = DEPTH / 4u;
const COLUMN_QUADS = TILE_COLUMNS / 4u;
const A_LOADS = TILE_ROWS * QUADS / INVOCATIONS;
const WEIGHT_LOADS = DEPTH * COLUMN_QUADS / INVOCATIONS;
const STEPS = DEPTH / (SIDE * SLICES);
const LOAD_ROWS = INVOCATIONS / QUADS;
// Rows of the tiles lie further apart than they are long, so that those of a matrix are in different banks.
const A_STRIDE = QUADS + 2u;
const WEIGHT_STRIDE = COLUMN_QUADS + 2u;
const A_TILE = TILE_ROWS * A_STRIDE;
const WEIGHT_TILE = DEPTH * WEIGHT_STRIDE;
const TILES = 2u * (A_TILE + WEIGHT_TILE);
const WEIGHT_START = 2u * A_TILE;
// A matrix of sums, in the same units of eight bytes, and how many of a subgroup's the memory of the tiles takes at once.
const SUM_STRIDE = SIDE / 2u + 2u;
const SUMS = SIDE * SUM_STRIDE;
const MATRICES = BELOW * BESIDE;
const ROUND = min(MATRICES, TILES / (SPOTS * SLICES * SUMS));
const ROUNDS = (MATRICES + ROUND - 1u) / ROUND;
const OUTSIDE = 0xffffffffu;

// Row r of A is a sequence of contiguous runs of x.
const RUN = select(select(K, CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);

// The tiles of A, then those of the weight; at the end matrices of sums.
var<workgroup> tiles: array<vec4<f16>, TILES>;
var<workgroup> scales: array<f32, TILE_ROWS>;

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

// Four elements of a row of x, without a branch; zeros outside, and whatever behind the end of a K that tiles divide.
fn load(row: u32, k: u32) -> vec4<Input> {
  let inside = min(k, K - 4u);
  let start = run_start(row, select(inside / RUN, 0u, SOURCE == 0u));
  let place = select(inside % RUN, inside, SOURCE == 0u) / 4u;
  let value = x[select(start, 0u, SOURCE == 1u && start == OUTSIDE) + place];
  let is_zero = (SOURCE == 1u && start == OUTSIDE) || (K % DEPTH > 0u && k >= K);
  return select(value, vec4<Input>(), is_zero);
}

// Columns behind the last one are whatever: they are not stored.
fn weight_at(k: u32, column: u32) -> vec4<Weight> {
  let value = weight[min(k, K - 1u) * (N / 4u) + min(column, N / 4u - 1u)];
  return select(value, vec4<Weight>(), K % DEPTH > 0u && k >= K);
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

// Where the outputs of a workgroup begin, those of a subgroup in them, and an invocation among those that share K.
struct Place {
  first_row: u32,
  first_column: u32,
  below: u32,
  beside: u32,
  lane: u32,
}

// What an invocation stores: quads of each matrix, in turns.
const TURNS = max(2u / SLICES, 1u);

struct Quad {
  tile_row: u32,
  row: u32,
  column: u32,
  // Whether it is one of the outputs; otherwise row and column are those of another.
  exists: bool,
}

fn quad_at(matrix: u32, turn: u32, at: Place) -> Quad {
  let quad = turn * SLICES * LANES + at.lane;
  let tile_row = at.below + matrix / BESIDE * SIDE + quad / 4u;
  let row = at.first_row + tile_row;
  let column = at.first_column + (at.beside + matrix % BESIDE * SIDE) / 4u + quad % 4u;
  let exists = quad < SIDE * SIDE / 4u && row < batch * ROWS && column < N / 4u;
  return Quad(tile_row, min(row, batch * ROWS - 1u), min(column, N / 4u - 1u), exists);
}

// What an invocation brings for the tiles: loaded before the tiles at hand are read, and put in place afterwards.
struct Brought {
  a: array<vec4<Input>, A_LOADS>,
  weights: array<vec4<Weight>, WEIGHT_LOADS>,
}

fn bring(first_row: u32, first_column: u32, k: u32, invocation: u32) -> Brought {
  var brought: Brought;
  for (var i = 0u; i < A_LOADS; i++) { // unrolled
    let row = min(first_row + invocation / QUADS + i * LOAD_ROWS, batch * ROWS - 1u);
    brought.a[i] = load(row, k + invocation % QUADS * 4u);
  }
  for (var i = 0u; i < WEIGHT_LOADS; i++) { // unrolled
    let place = invocation + i * INVOCATIONS;
    brought.weights[i] = weight_at(k + place / COLUMN_QUADS, first_column + place % COLUMN_QUADS);
  }
  return brought;
}

alias Left = subgroup_matrix_left<f16, SIDE, SIDE>;
alias Right = subgroup_matrix_right<f16, SIDE, SIDE>;
alias Result = subgroup_matrix_result<f32, SIDE, SIDE>;

// Finds the scale of each row of the tile, from the moments of the quads that invocations brought. Those of a row are
// side by side in a subgroup.
fn find_scales(moments: array<vec2f, A_LOADS>, invocation: u32) {
  for (var i = 0u; i < A_LOADS; i++) { // unrolled
    var total = moments[i];
    for (var step = 0u; step < 5u; step++) { // unrolled
      if ((1u << step) < QUADS) {
        total += subgroupShuffleXor(total, 1u << step);
      }
    }
    total /= f32(K);
    if (invocation % QUADS == 0u) {
      scales[invocation / QUADS + i * LOAD_ROWS] = inverseSqrt(max(total.y - total.x * total.x, 0.0) + EPSILON);
    }
  }
  workgroupBarrier();
}

// A quad of a matrix of sums.
fn sum_at(matrix: u32, quad: u32) -> vec4f {
  let place = matrix * SUMS + quad / 4u * SUM_STRIDE + quad % 4u * 2u;
  return vec4f(bitcast<vec2f>(tiles[place]), bitcast<vec2f>(tiles[place + 1u]));
}

@compute @workgroup_size(LANES, SPOTS, SLICES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) invocation: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) subgroup_lane: u32,
) {
  let first_row = group.y * TILE_ROWS;
  let first_column = group.x * COLUMN_QUADS;
  let spot = subgroup % SPOTS;
  let slice = subgroup / SPOTS;
  let below = spot / ACROSS * (BELOW * SIDE);
  let beside = spot % ACROSS * (BESIDE * SIDE);
  let at = Place(first_row, first_column, below, beside, slice * LANES + subgroup_lane);
  var norms: array<vec2f, A_LOADS>;
  var moments: array<vec2f, A_LOADS>;
  for (var i = 0u; i < A_LOADS; i++) { // unrolled
    norms[i] = normalisation(min(first_row + invocation / QUADS + i * LOAD_ROWS, batch * ROWS - 1u));
  }
  var brought: array<Brought, 2>;
  brought[0] = bring(first_row, first_column, 0u, invocation);
  if (AHEAD == 2u) {
    brought[1] = bring(first_row, first_column, DEPTH, invocation);
  }
  var results: array<Result, MATRICES>;
  for (var first = 0u; first < K; first += 2u * DEPTH) {
    for (var tile = 0u; tile < 2u; tile++) { // unrolled
      let k = first + tile * DEPTH;
      if (k < K) {
        for (var i = 0u; i < A_LOADS; i++) { // unrolled
          var a = vec4<f16>(brought[tile % AHEAD].a[i]);
          if (NORMALISE > 0u) {
            var value = vec4f(brought[tile % AHEAD].a[i]) * norms[i].x + norms[i].y;
            if (K % DEPTH > 0u) {
              value = select(value, vec4f(), k + invocation % QUADS * 4u >= K);
            }
            moments[i] += vec2f(dot(value, vec4f(1.0)), dot(value, value));
            a = vec4<f16>(value);
          }
          tiles[tile * A_TILE + (invocation / QUADS + i * LOAD_ROWS) * A_STRIDE + invocation % QUADS] = a;
        }
        for (var i = 0u; i < WEIGHT_LOADS; i++) { // unrolled
          let place = invocation + i * INVOCATIONS;
          tiles[WEIGHT_START + tile * WEIGHT_TILE + place / COLUMN_QUADS * WEIGHT_STRIDE + place % COLUMN_QUADS] =
            vec4<f16>(brought[tile % AHEAD].weights[i]);
        }
        workgroupBarrier();
        brought[tile % AHEAD] = bring(first_row, first_column, k + AHEAD * DEPTH, invocation);
        for (var step = 0u; step < STEPS; step++) { // unrolled
          let depth = (step * SLICES + slice) * SIDE;
          var left: array<Left, BELOW>;
          for (var i = 0u; i < BELOW; i++) { // unrolled
            let start = tile * A_TILE + (below + i * SIDE) * A_STRIDE + depth / 4u;
            left[i] = subgroupMatrixLoad<Left, row_major>(&tiles, start, A_STRIDE);
          }
          for (var j = 0u; j < BESIDE; j++) { // unrolled
            let start = WEIGHT_START + tile * WEIGHT_TILE + depth * WEIGHT_STRIDE + (beside + j * SIDE) / 4u;
            let right = subgroupMatrixLoad<Right, row_major>(&tiles, start, WEIGHT_STRIDE);
            for (var i = 0u; i < BELOW; i++) { // unrolled
              results[i * BESIDE + j] = subgroupMatrixMultiplyAccumulate(left[i], right, results[i * BESIDE + j]);
            }
          }
        }
      }
    }
  }
  if (NORMALISE == 1u) {
    find_scales(moments, invocation);
  }
  // Loaded before any is used, so that an invocation waits once.
  var residuals: array<vec4<Output>, MATRICES * TURNS>;
  var biases: array<vec4f, BESIDE>;
  for (var i = 0u; i < MATRICES; i++) { // unrolled
    for (var turn = 0u; turn < TURNS; turn++) { // unrolled
      let quad = quad_at(i, turn, at);
      if (RESIDUAL == 1u) {
        residuals[i * TURNS + turn] = residual[residual_row(quad.row) * (N / 4u) + quad.column];
      }
      if (BIAS == 1u && i < BESIDE && turn == 0u) {
        biases[i % BESIDE] = bias[quad.column];
      }
    }
  }
  for (var round = 0u; round < ROUNDS; round++) { // unrolled
    // Nobody reads the tiles, or the sums of the round before, any more.
    workgroupBarrier();
    for (var i = 0u; i < MATRICES; i++) { // unrolled
      if (i / ROUND == round) {
        let start = (i % ROUND * (SPOTS * SLICES) + subgroup) * SUMS;
        subgroupMatrixStore<row_major>(&tiles, start, results[i], SUM_STRIDE);
      }
    }
    workgroupBarrier();
    for (var i = 0u; i < MATRICES; i++) { // unrolled
      for (var turn = 0u; turn < TURNS; turn++) { // unrolled
        let quad = quad_at(i, turn, at);
        if (i / ROUND == round && quad.exists) {
          var value = vec4f();
          for (var other = 0u; other < SLICES; other++) { // unrolled
            value += sum_at((i % ROUND * SLICES + other) * SPOTS + spot, turn * SLICES * LANES + at.lane);
          }
          if (NORMALISE == 1u) {
            value *= scales[quad.tile_row];
          }
          if (BIAS == 1u) {
            value += biases[i % BESIDE];
          }
          value = activate(value);
          if (RESIDUAL == 1u) {
            value += vec4f(residuals[i * TURNS + turn]);
          }
          output[quad.row * (N / 4u) + quad.column] = vec4<Output>(value);
        }
      }
    }
  }
}
