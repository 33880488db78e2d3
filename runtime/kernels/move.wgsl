// y[r, c] = x[r', c'], or the fill where there is no such element: what moves data and computes nothing.
//
// One invocation an element. Compiled models have no use for it but where passes are switched off.
//
// Workgroups: x = { count: K, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.
// Requires: nothing.

alias Input = f32;
alias Output = f32;

// Output rows of one image, and channels of the output.
const ROWS: u32 = 16;
const K: u32 = 16;
// 0 roll, 1 padding and cropping, 2 into windows, 3 out of windows, 4 patch merging, 5 patches of an NCHW image.
const MOVE: u32 = 0;
// The grid of x (3: the grid of the output; 5: the image) and its channels.
const HEIGHT: u32 = 4;
const WIDTH: u32 = 4;
const CHANNELS: u32 = 16;
// Columns of the output's grid.
const OUTPUT_WIDTH: u32 = 4;
const ROLL_HEIGHT: u32 = 0;
const ROLL_WIDTH: u32 = 0;
// Of a window or a patch.
const TILE_HEIGHT: u32 = 4;
const TILE_WIDTH: u32 = 4;
// What stands outside of x: 0 zeros, 1 fill[channel].
const FILL: u32 = 0;

@group(0) @binding(0) var<uniform> batch: u32;
@group(0) @binding(1) var<storage, read> x: array<Input>;
@group(0) @binding(2) var<storage, read> fill: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<Output>;

const COLUMN_TILE = 16;
const ROW_TILE = 4;
const OUTSIDE = 0xffffffffu;
const TILE_TOKENS = TILE_HEIGHT * TILE_WIDTH;
const TILES_ACROSS = max(WIDTH / TILE_WIDTH, 1u);

// The row of x, within its image, that an output row holds, or OUTSIDE.
fn source_row(row: u32) -> u32 {
  let down = row / OUTPUT_WIDTH;
  let across = row % OUTPUT_WIDTH;
  if (MOVE == 0u) {
    return (down + HEIGHT - ROLL_HEIGHT) % HEIGHT * WIDTH + (across + WIDTH - ROLL_WIDTH) % WIDTH;
  }
  if (MOVE == 1u) {
    return select(down * WIDTH + across, OUTSIDE, down >= HEIGHT || across >= WIDTH);
  }
  if (MOVE == 2u) {
    let tile = row / TILE_TOKENS;
    let token = row % TILE_TOKENS;
    let top = tile / TILES_ACROSS * TILE_HEIGHT;
    let left = tile % TILES_ACROSS * TILE_WIDTH;
    return (top + token / TILE_WIDTH) * WIDTH + left + token % TILE_WIDTH;
  }
  let tile = down / TILE_HEIGHT * TILES_ACROSS + across / TILE_WIDTH;
  return tile * TILE_TOKENS + down % TILE_HEIGHT * TILE_WIDTH + across % TILE_WIDTH;
}

// Where an element comes from within its image, or OUTSIDE.
fn source(row: u32, column: u32) -> u32 {
  let down = row / OUTPUT_WIDTH;
  let across = row % OUTPUT_WIDTH;
  if (MOVE == 4u) {
    let part = column / CHANNELS;
    let pixel_row = 2u * down + part % 2u;
    let pixel_column = 2u * across + part / 2u;
    let index = (pixel_row * WIDTH + pixel_column) * CHANNELS + column % CHANNELS;
    return select(index, OUTSIDE, pixel_row >= HEIGHT || pixel_column >= WIDTH);
  }
  if (MOVE == 5u) {
    let pixel_row = down * TILE_HEIGHT + column / TILE_WIDTH % TILE_HEIGHT;
    let pixel_column = across * TILE_WIDTH + column % TILE_WIDTH;
    return (column / TILE_TOKENS * HEIGHT + pixel_row) * WIDTH + pixel_column;
  }
  let from_row = source_row(row);
  return select(from_row * CHANNELS + column, OUTSIDE, from_row == OUTSIDE);
}

@compute @workgroup_size(COLUMN_TILE, ROW_TILE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= K || id.y >= batch * ROWS) {
    return;
  }
  let from_element = source(id.y % ROWS, id.x);
  var value = 0.0;
  if (from_element != OUTSIDE) {
    value = f32(x[id.y / ROWS * (HEIGHT * WIDTH * CHANNELS) + from_element]);
  } else if (FILL == 1u) {
    value = fill[id.x];
  }
  output[id.y * K + id.x] = Output(value);
}
