/**
 * From a file's tensors to canonical ones and back, on their bytes: nothing is rounded on the way, and nothing is read
 * before it is asked for.
 */
import { byteLengthOf, partOf, type Tensor } from '../../runtime/safetensors.ts';
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
      const length = parts.reduce((sum, each) => sum + byteLengthOf(each), 0);
      return partOfStack(parts, 0, length, new Uint8Array(length));
    },
    part: (begin, end, memory) => partOfStack(parts, begin, end, memory),
  };
}

/** Straight from the tensor that has all of it; else joined in `memory`. */
function partOfStack(parts: readonly Tensor[], begin: number, end: number, memory: Uint8Array): Uint8Array {
  let start = 0;
  for (const each of parts) {
    const stop = start + byteLengthOf(each);
    const [from, to] = [Math.max(begin, start), Math.min(end, stop)];
    if (from < to) {
      const place = memory.subarray(from - begin, to - begin);
      const bytes = partOf(each, from - start, to - start, place);
      if (from === begin && to === end) return bytes;
      place.set(bytes);
    }
    start = stop;
  }
  return memory.subarray(0, end - begin);
}

function part(tensor: Tensor, index: number, count: number): Tensor {
  const { dtype, shape } = tensor;
  const length = byteLengthOf(tensor) / count;
  const start = index * length;
  return {
    dtype,
    shape: [(shape[0] ?? 0) / count, ...shape.slice(1)],
    get data() {
      return tensor.data.subarray(start, start + length);
    },
    part: (begin, end, memory) => partOf(tensor, start + begin, start + end, memory),
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
    part: (begin, end) => {
      const columns = shape.at(-1) ?? 1;
      const width = byteLengthOf({ dtype, shape: [columns] });
      // A row is put in order as a whole.
      const [first, last] = [Math.floor(begin / width), Math.ceil(end / width)];
      const rows = partOf(tensor, first * width, last * width, new Uint8Array((last - first) * width));
      return reordered(rows, [last - first, columns], direction).subarray(begin - first * width, end - first * width);
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
