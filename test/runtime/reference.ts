/** What the kernels compute, in float64 and as plainly as possible, from the same constants that the kernels take. */

type Values = ArrayLike<number>;
export type Constants = Readonly<Record<string, number>>;

function constant(constants: Constants, name: string, fallback = 0): number {
  return constants[name] ?? fallback;
}

function at(values: Values, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`there is no element ${index} of ${values.length}`);
  return value;
}

/** erf by its Taylor series near zero and by its continued fraction elsewhere, to about 1e-15. */
export function erf(value: number): number {
  const x = Math.abs(value);
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 100; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(value) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.sign(value) * (1 - Math.exp(-x * x) / ((x + fraction) * Math.sqrt(Math.PI)));
}

export const activations: readonly ((value: number) => number)[] = [
  (value) => value,
  (value) => 0.5 * value * (1 + erf(value / Math.SQRT2)),
  (value) => 0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3))),
  (value) => Math.max(value, 0),
  (value) => value / (1 + Math.exp(-value)),
];

/** The index in x of element k of row r of A, or null outside the grid. */
function sourceIndex(constants: Constants, row: number, k: number): number | null {
  const rows = constant(constants, 'ROWS');
  const [height, width] = [constant(constants, 'HEIGHT', 1), constant(constants, 'WIDTH', rows)];
  const channels = constant(constants, 'CHANNELS');
  const image = Math.floor(row / rows);
  const token = row % rows;
  const rolled = (pixelRow: number, pixelColumn: number): number => {
    const fromRow = (pixelRow + height - constant(constants, 'ROLL_HEIGHT')) % height;
    const fromColumn = (pixelColumn + width - constant(constants, 'ROLL_WIDTH')) % width;
    return (image * height + fromRow) * width + fromColumn;
  };
  if (constant(constants, 'SOURCE') === 0) {
    return rolled(Math.floor(token / width), token % width) * constant(constants, 'K') + k;
  }
  if (constant(constants, 'SOURCE') === 1) {
    const columns = Math.ceil(width / 2);
    const part = Math.floor(k / channels);
    const pixelRow = 2 * Math.floor(token / columns) + (part % 2);
    const pixelColumn = 2 * (token % columns) + Math.floor(part / 2);
    return pixelRow < height && pixelColumn < width ? rolled(pixelRow, pixelColumn) * channels + (k % channels) : null;
  }
  const [patchHeight, patchWidth] = [constant(constants, 'PATCH_HEIGHT'), constant(constants, 'PATCH_WIDTH')];
  const columns = width / patchWidth;
  const pixelRow = Math.floor(token / columns) * patchHeight + (Math.floor(k / patchWidth) % patchHeight);
  const pixelColumn = (token % columns) * patchWidth + (k % patchWidth);
  const channel = Math.floor(k / (patchWidth * patchHeight));
  return ((image * channels + channel) * height + pixelRow) * width + pixelColumn;
}

function gather(constants: Constants, x: Values, row: number, k: number): number {
  const index = sourceIndex(constants, row, k);
  return index === null ? 0 : at(x, index);
}

export interface LinearInputs {
  readonly x: Values;
  readonly weight: Values;
  readonly bias: Values;
  readonly rows: Values;
  readonly residual: Values;
}

export function linear(constants: Constants, batch: number, inputs: LinearInputs): Float64Array {
  const [rows, depth, columns] = [constant(constants, 'ROWS'), constant(constants, 'K'), constant(constants, 'N')];
  const activate = activations[constant(constants, 'ACTIVATION')] ?? ((value) => value);
  const normalise = constant(constants, 'NORMALISE');
  const standards = normalise === 1 ? moments(constants, batch, inputs.x) : [];
  const output = new Float64Array(batch * rows * columns);
  for (let row = 0; row < batch * rows; row++) {
    const pair = 2 * (row % rows);
    const { mean, deviation } = standards[row] ?? { mean: 0, deviation: 1 };
    const a = Array.from({ length: depth }, (_, k) => {
      const value = (gather(constants, inputs.x, row, k) - mean) / deviation;
      return normalise === 2 ? value * at(inputs.rows, pair) + at(inputs.rows, pair + 1) : value;
    });
    const residual = residualRow(constants, row) * columns;
    for (let column = 0; column < columns; column++) {
      const product = a.reduce((sum, value, k) => sum + value * at(inputs.weight, k * columns + column), 0);
      const sum = product + (constant(constants, 'BIAS') === 1 ? at(inputs.bias, column) : 0);
      const added = constant(constants, 'RESIDUAL') === 1 ? at(inputs.residual, residual + column) : 0;
      output[row * columns + column] = activate(sum) + added;
    }
  }
  return output;
}

function residualRow(constants: Constants, row: number): number {
  const rows = constant(constants, 'ROWS');
  const [height, width] = [constant(constants, 'OUTPUT_HEIGHT', 1), constant(constants, 'OUTPUT_WIDTH', rows)];
  const token = row % rows;
  const fromRow = (Math.floor(token / width) + height - constant(constants, 'RESIDUAL_ROLL_HEIGHT')) % height;
  const fromColumn = ((token % width) + width - constant(constants, 'RESIDUAL_ROLL_WIDTH')) % width;
  return row - token + fromRow * width + fromColumn;
}

/** Mean and deviation of each row of A. */
function moments(constants: Constants, batch: number, x: Values): readonly { mean: number; deviation: number }[] {
  const depth = constant(constants, 'K');
  return Array.from({ length: batch * constant(constants, 'ROWS') }, (_, row) => {
    const values = Array.from({ length: depth }, (_, k) => gather(constants, x, row, k));
    const mean = values.reduce((sum, value) => sum + value, 0) / depth;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / depth;
    return { mean, deviation: Math.sqrt(variance + constant(constants, 'EPSILON')) };
  });
}

/** What is added to an element of a row: the residual's, from where a roll put it. */
function residualAt(constants: Constants, residual: Values, row: number, k: number): number {
  if (constant(constants, 'RESIDUAL') === 0) return 0;
  return at(residual, residualRow(constants, row) * constant(constants, 'K') + k);
}

export interface NormInputs {
  readonly x: Values;
  readonly weight: Values;
  readonly bias: Values;
  readonly residual: Values;
}

export function layerNorm(constants: Constants, batch: number, inputs: NormInputs): Float64Array {
  const { x, weight, bias, residual } = inputs;
  const depth = constant(constants, 'K');
  return Float64Array.from(
    moments(constants, batch, x).flatMap(({ mean, deviation }, row) =>
      Array.from({ length: depth }, (_, k) => {
        const value = (gather(constants, x, row, k) - mean) / deviation;
        const scaled = constant(constants, 'AFFINE') === 1 ? value * at(weight, k) + at(bias, k) : value;
        return scaled + residualAt(constants, residual, row, k);
      }),
    ),
  );
}

export interface AffineInputs {
  readonly x: Values;
  readonly scale: Values;
  readonly shift: Values;
  readonly residual: Values;
}

export function affine(constants: Constants, batch: number, inputs: AffineInputs): Float64Array {
  const { x, scale, shift, residual } = inputs;
  const [rows, depth] = [constant(constants, 'ROWS'), constant(constants, 'K')];
  return Float64Array.from({ length: batch * rows * depth }, (_, element) => {
    const index = constant(constants, 'PER') === 0 ? element % depth : Math.floor(element / depth) % rows;
    const added = residualAt(constants, residual, Math.floor(element / depth), element % depth);
    return at(x, element) * at(scale, index) + at(shift, index) + added;
  });
}

export function pool(constants: Constants, batch: number, x: Values, norms: Values): Float64Array {
  const [rows, depth] = [constant(constants, 'ROWS'), constant(constants, 'K')];
  const normalise = constant(constants, 'NORMALISE');
  const standards = normalise === 1 ? moments(constants, batch, x) : [];
  return Float64Array.from({ length: batch * depth }, (_, element) => {
    const image = Math.floor(element / depth);
    let sum = 0;
    for (let token = 0; token < rows; token++) {
      const row = image * rows + token;
      const { mean, deviation } = standards[row] ?? { mean: 0, deviation: 1 };
      const value = (at(x, row * depth + (element % depth)) - mean) / deviation;
      sum += normalise === 2 ? value * at(norms, 2 * token) + at(norms, 2 * token + 1) : value;
    }
    return sum / rows;
  });
}
