/** Window attention in float64, written from its contract and as plainly as possible. */

import type { Constants } from './reference.ts';

type Values = ArrayLike<number>;

interface Axis {
  readonly length: number;
  readonly padded: number;
  readonly modulus: number;
  readonly window: number;
  readonly gather: number;
  readonly scatter: number;
  readonly mask: number;
}

function axisOf(constants: Constants, suffix: 'HEIGHT' | 'WIDTH'): Axis {
  const constant = (name: string) => constants[name] ?? 0;
  return {
    length: constant(suffix),
    padded: constant(`PADDED_${suffix}`),
    modulus: constant(`MODULUS_${suffix}`),
    window: constant(`WINDOW_${suffix}`),
    gather: constant(`GATHER_${suffix}`),
    scatter: constant(`SCATTER_${suffix}`),
    mask: constant(`MASK_${suffix}`),
  };
}

/** Where a position of the padded, shifted axis reads and writes; null outside the grid. */
function readsFrom({ length, modulus, gather }: Axis, position: number): number | null {
  const source = (position - gather + modulus) % modulus;
  return position >= modulus || source >= length ? null : source;
}

function writesTo({ length, modulus, scatter }: Axis, position: number): number | null {
  const target = (position + scatter) % modulus;
  return position >= modulus || target >= length ? null : target;
}

function regionOf({ padded, window, mask }: Axis, position: number): number {
  if (mask === 0) return 0;
  return position < padded - window ? 0 : position < padded - mask ? 1 : 2;
}

interface Token {
  readonly row: number;
  readonly column: number;
  readonly source: number | null;
  readonly target: number | null;
  readonly region: number;
}

function windowTokens(height: Axis, width: Axis, firstRow: number, firstColumn: number): readonly Token[] {
  return Array.from({ length: height.window * width.window }, (_, token) => {
    const [row, column] = [Math.floor(token / width.window), token % width.window];
    const flat = (y: number | null, x: number | null) => (y === null || x === null ? null : y * width.length + x);
    const [y, x] = [firstRow + row, firstColumn + column];
    return {
      row,
      column,
      source: flat(readsFrom(height, y), readsFrom(width, x)),
      target: flat(writesTo(height, y), writesTo(width, x)),
      region: regionOf(height, y) * 3 + regionOf(width, x),
    };
  });
}

export interface AttentionInputs {
  readonly x: Values;
  readonly table: Values;
  readonly fill: Values;
  readonly scale: Values;
}

export function windowAttention(constants: Constants, batch: number, inputs: AttentionInputs): Float64Array {
  const [height, width] = [axisOf(constants, 'HEIGHT'), axisOf(constants, 'WIDTH')];
  const channels = (constants['HEADS'] ?? 0) * (constants['HEAD_DIMENSION'] ?? 0);
  const output = new Float64Array(batch * height.length * width.length * channels);
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < height.padded; row += height.window) {
      for (let column = 0; column < width.padded; column += width.window) {
        attend(
          constants,
          inputs,
          image * height.length * width.length,
          windowTokens(height, width, row, column),
          output,
        );
      }
    }
  }
  return output;
}

function attend(
  constants: Constants,
  { x, table, fill, scale }: AttentionInputs,
  firstToken: number,
  tokens: readonly Token[],
  output: Float64Array,
): void {
  const constant = (name: string) => constants[name] ?? 0;
  const [heads, dimension] = [constant('HEADS'), constant('HEAD_DIMENSION')];
  const channels = heads * dimension;
  const read = ({ source }: Token, channel: number): number => {
    if (source === null) return constant('FILL') === 1 ? (fill[channel] ?? Number.NaN) : 0;
    return x[(firstToken + source) * 3 * channels + channel] ?? Number.NaN;
  };
  const tableWidth = 2 * constant('WINDOW_WIDTH') - 1;
  const tableLength = (2 * constant('WINDOW_HEIGHT') - 1) * tableWidth;
  const addition = (head: number, query: Token, key: Token): number => {
    const row = query.row - key.row + constant('WINDOW_HEIGHT') - 1;
    const column = query.column - key.column + constant('WINDOW_WIDTH') - 1;
    const bias = constant('BIAS') === 1 ? (table[head * tableLength + row * tableWidth + column] ?? Number.NaN) : 0;
    return bias + (query.region === key.region ? 0 : -100);
  };
  for (let head = 0; head < heads; head++) {
    const channel = head * dimension;
    const part = (token: Token, offset: number) =>
      Array.from({ length: dimension }, (_, index) => read(token, offset + channel + index));
    const keys = tokens.map((token) => part(token, channels));
    const values = tokens.map((token) => part(token, 2 * channels));
    for (const query of tokens.filter(({ target }) => target !== null)) {
      const q = part(query, 0);
      const similarity = (k: readonly number[]): number =>
        constant('COSINE') === 1 ? (scale[head] ?? Number.NaN) * cosine(q, k) : constant('SCALE') * dot(q, k);
      const scores = tokens.map((key, index) => similarity(keys[index] ?? []) + addition(head, query, key));
      const largest = Math.max(...scores);
      const powers = scores.map((score) => Math.exp(score - largest));
      const sum = powers.reduce((total, power) => total + power, 0);
      for (let index = 0; index < dimension; index++) {
        const mixed = powers.reduce((total, power, key) => total + power * (values[key]?.[index] ?? Number.NaN), 0);
        output[(firstToken + (query.target ?? 0)) * channels + channel + index] = mixed / sum;
      }
    }
  }
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? Number.NaN), 0);
}

/** A vector of no length has no direction; torch divides what is shorter than 1e-12 by that. */
function cosine(left: readonly number[], right: readonly number[]): number {
  const length = (vector: readonly number[]) => Math.max(Math.sqrt(dot(vector, vector)), 1e-12);
  return dot(left, right) / length(left) / length(right);
}
