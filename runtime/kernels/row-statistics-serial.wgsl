// output[r] = (1 / deviation, -mean / deviation) of row r of A: what turns a row into its normalised self by one
// multiply-add. A is as in linear-register; pixels outside the grid count as zeros.
//
// For software adapters: one invocation a row. Two passes, so that a large mean costs no digits.
//
// Workgroups: x = { count: ROWS, batched, tile: 16 }, y = 1, z = 1.
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

const LANES = 16;
const OUTSIDE = 0xffffffffu;
const RUN = select(K, CHANNELS, SOURCE == 1u);
const RUNS = K / RUN;

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

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= batch * ROWS) {
    return;
  }
  var sum = 0.0;
  for (var run = 0u; run < RUNS; run++) {
    let start = run_start(row, run);
    if (start != OUTSIDE) {
      for (var offset = 0u; offset < RUN; offset++) {
        sum += f32(x[start + offset]);
      }
    }
  }
  let mean = sum / f32(K);
  var squares = 0.0;
  for (var run = 0u; run < RUNS; run++) {
    let start = run_start(row, run);
    if (start == OUTSIDE) {
      squares += mean * mean * f32(RUN);
    } else {
      for (var offset = 0u; offset < RUN; offset++) {
        let difference = f32(x[start + offset]) - mean;
        squares += difference * difference;
      }
    }
  }
  let scale = inverseSqrt(squares / f32(K) + EPSILON);
  output[row] = vec2f(scale, -mean * scale);
}
