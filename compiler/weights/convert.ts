/**
 * From a file's tensors to canonical ones and back, on their bytes: nothing is rounded on the way, and nothing is read
 * before it is asked for.
 */
import { byteLengthOf, type Tensor } from '../../runtime/safetensors.ts';
import type { Source } from './layouts/layout.ts';

export interface Missing {
  readonly missing: readonly string[];
}

/** The canonical tensor that a source makes, or the keys that the file lacks. */
export function readSource(source: Source, tensors: ReadonlyMap<string, Tensor>): Tensor | Missing {
  const keys = keysOf(source);
  const found = keys.flatMap((key) => tensors.get(key) ?? []);
  const [first] = found;
  if (first === undefined || found.length < keys.length) return { missing: keys.filter((key) => !tensors.has(key)) };
  switch (source.kind) {
    case 'same':
      return first;
    case 'stacked':
      return stack(found);
    case 'third':
      return slice(first, source.third);
    case 'unfolded':
      return reorder(first, 'to canonical');
  }
}

export function keysOf(source: Source): readonly string[] {
  return source.kind === 'stacked' ? source.keys : [source.key];
}

/** The file's tensors that a canonical one becomes. A third is written with its siblings: see `joinThirds`. */
export function writeSource(source: Exclude<Source, { kind: 'third' }>, tensor: Tensor): readonly [string, Tensor][] {
  switch (source.kind) {
    case 'same':
      return [[source.key, tensor]];
    case 'stacked':
      return source.keys.map((key, index) => [key, part(tensor, index, source.keys.length)]);
    case 'unfolded':
      return [[source.key, reorder(tensor, 'from canonical')]];
  }
}

/** [3C] of the first and the last third, with zeros between. */
export function joinThirds(first: Tensor, last: Tensor): Tensor {
  const { dtype, shape } = first;
  return stack([first, { dtype, shape, data: new Uint8Array(byteLengthOf(first)) }, last]);
}

function stack(parts: readonly Tensor[]): Tensor {
  const [first = { dtype: 'F32', shape: [0] } as const] = parts;
  const rows = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return {
    dtype: first.dtype,
    shape: [rows, ...first.shape.slice(1)],
    get data() {
      const data = new Uint8Array(parts.reduce((sum, each) => sum + byteLengthOf(each), 0));
      let offset = 0;
      for (const each of parts) {
        data.set(each.data, offset);
        offset += byteLengthOf(each);
      }
      return data;
    },
  };
}

function part(tensor: Tensor, index: number, count: number): Tensor {
  const { dtype, shape } = tensor;
  return {
    dtype,
    shape: [(shape[0] ?? 0) / count, ...shape.slice(1)],
    get data() {
      const length = byteLengthOf(tensor) / count;
      return tensor.data.subarray(index * length, (index + 1) * length);
    },
  };
}

const slice = (tensor: Tensor, third: 0 | 2): Tensor => part(tensor, third, 3);

/**
 * The 2x2 neighbourhood of patch merging is [top left, bottom left, top right, bottom right] here and row by row in
 * torch.nn.Unfold, which also puts the channels before the neighbours.
 */
const neighbours = [0, 2, 1, 3] as const;

function reorder(tensor: Tensor, direction: 'to canonical' | 'from canonical'): Tensor {
  const { dtype, shape } = tensor;
  return {
    dtype,
    shape,
    get data() {
      return reordered(tensor.data, shape, direction);
    },
  };
}

function reordered(
  data: Uint8Array,
  shape: readonly number[],
  direction: 'to canonical' | 'from canonical',
): Uint8Array {
  const columns = shape.at(-1) ?? 0;
  const channels = columns / neighbours.length;
  const rows = columns === 0 ? 0 : shape.reduce((product, length) => product * length, 1) / columns;
  const size = rows === 0 ? 0 : data.length / (rows * columns);
  const result = new Uint8Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel++) {
      for (const [ours, theirs] of neighbours.entries()) {
        const canonical = (row * columns + ours * channels + channel) * size;
        const unfolded = (row * columns + channel * neighbours.length + theirs) * size;
        const [from, to] = direction === 'to canonical' ? [unfolded, canonical] : [canonical, unfolded];
        result.set(data.subarray(from, from + size), to);
      }
    }
  }
  return result;
}
