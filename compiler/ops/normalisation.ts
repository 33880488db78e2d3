/** How a linear or a pool normalises the rows that it reads: what is left of a norm before it. */
import { type AttributesOf, number, oneOf, withDefault } from './attribute.ts';
import { requireShape, type Shape, volume } from './op.ts';
import { at, rowsOf, statisticsOf, type Tensor, tensor } from './tensor.ts';

export const normalisation = {
  /**
   * `row`: each row less its mean, over its deviation sqrt(variance + epsilon), as a layer norm without weight and bias.
   * `token`: x * scale + shift with the pairs `rows`, one for each token position.
   */
  normalise: withDefault(oneOf('none', 'row', 'token'), 'none'),
  epsilon: withDefault(number, 0),
};

export type Normalisation = AttributesOf<typeof normalisation>;

/** Throws a ShapeError unless there are pairs just where they are read, one for each token position. */
export const requirePairs = (
  op: string,
  rows: Shape | undefined,
  { normalise, tokens }: { readonly normalise: Normalisation['normalise']; readonly tokens: number },
): void => {
  const fits = normalise === 'token' ? rows && !rows.batched && volume(rows.dims) === 2 * tokens : !rows;
  requireShape(
    fits === true,
    () => `${op} wants a pair for each token position where it normalises by token, else none`,
  );
};

/** x as [B, …tokens, C], its rows normalised. */
export const normalised = (x: Tensor, rows: Tensor | undefined, { normalise, epsilon }: Normalisation): Tensor => {
  const { length } = rowsOf(x);
  if (normalise === 'row') {
    const statistics = statisticsOf(x, epsilon);
    const values = x.data.map((value, index) => {
      const row = statistics[Math.floor(index / length)];
      return row ? (value - row.mean) * row.rootInverse : 0;
    });
    return tensor(x.dims, values);
  }
  if (!rows) return x;
  const pairs = rows.data.length / 2;
  const values = x.data.map((value, index) => {
    const row = Math.floor(index / length) % pairs;
    return value * at(rows.data, 2 * row) + at(rows.data, 2 * row + 1);
  });
  return tensor(x.dims, values);
};

/** `NORMALISE` of a kernel. */
export const normaliseNumbers = { none: 0, row: 1, token: 2 } as const;
