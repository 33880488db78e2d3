// output[r] = (1 / deviation, -mean / deviation) of row r of A: what turns a row into its normalised self by one
// multiply-add. A is as in linear-register; pixels outside the grid count as zeros.
//
// For GPUs: 32 invocations a row, 8 rows a workgroup. Two passes, so that a large mean costs no digits.
//
// Workgroups: x = { count: ROWS, batched, tile: 8 }, y = 1, z = 1.
// Requires: nothing.

alias Input = f32;

const ROWS: u32 = 16;
const K: u32 = 16;
// 0 rows of x, 1 patch merging (2 x 2 pixels).
const SOURCE: u32 = 0;
const HEIGHT: u32 = 4;
const WIDTH: u32 = 4;
const CHANNELS: u32 = 4;
const ROLL_HEIGHT: u32 = 0;
const ROLL_WIDTH: u32 = 0;
const EPSILON: f32 = 1e-5;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read_write> output: array<vec2f>;

const LANES = 32u;
const ROW_TILE = 8u;
const OUTSIDE = 0xffffffffu;
const RUN = select(K, CHANNELS, SOURCE == 1u);

var<workgroup> partial: array<array<f32, LANES>, ROW_TILE>;

// Where a run of an output row begins in x, or OUTSIDE.
fn run_start(row: u32, run: u32) -> u32 {
  let image = row / ROWS;
  let token = row % ROWS;
  if (SOURCE == 0u && ROLL_HEIGHT + ROLL_WIDTH == 0u) {
    return row * K;
  }
  const SCALE = 1u + SOURCE;
  const COLUMNS = (WIDTH + SOURCE) / SCALE;
  let pixel_row = token / COLUMNS * SCALE + run % 2u;
  let pixel_column = token % COLUMNS * SCALE + run / 2u;
  let from_row = (pixel_row + HEIGHT - ROLL_HEIGHT) % HEIGHT;
  let from_column = (pixel_column + WIDTH - ROLL_WIDTH) % WIDTH;
  let start = ((image * HEIGHT + from_row) * WIDTH + from_column) * RUN;
  return select(start, OUTSIDE, pixel_row >= HEIGHT || pixel_column >= WIDTH);
}

fn load(row: u32, k: u32) -> f32 {
  let start = run_start(row, k / RUN);
  if (start == OUTSIDE) {
    return 0.0;
  }
  return f32(x[start + k % RUN]);
}

// The sum of a value over the lanes of a row; every invocation of the workgroup must call it.
fn sum_lanes(local: vec3u, value: f32) -> f32 {
  partial[local.y][local.x] = value;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (local.x < half) {
      partial[local.y][local.x] += partial[local.y][local.x + half];
    }
    workgroupBarrier();
  }
  let sum = partial[local.y][0];
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(LANES, ROW_TILE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = group.x * ROW_TILE + local.y;
  let source_row = min(row, batch * ROWS - 1u);
  var sum = 0.0;
  for (var k = local.x; k < K; k += LANES) {
    sum += load(source_row, k);
  }
  let mean = sum_lanes(local, sum) / f32(K);
  var squares = 0.0;
  for (var k = local.x; k < K; k += LANES) {
    let difference = load(source_row, k) - mean;
    squares += difference * difference;
  }
  let scale = inverseSqrt(sum_lanes(local, squares) / f32(K) + EPSILON);
  if (local.x == 0u && row < batch * ROWS) {
    output[row] = vec2f(scale, -mean * scale);
  }
}
