/** Random damage to an input, the same for the same seed. */

/** Numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}

type Edit = (bytes: Uint8Array, random: () => number, vocabulary: readonly string[]) => Uint8Array;

const edits: readonly Edit[] = [flipByte, removeSpan, repeatSpan, insertPiece, replacePiece, moveSpan, cutShort];

/** One to four edits. `vocabulary` holds pieces of text that the format gives a meaning. */
export function mutate(bytes: Uint8Array, random: () => number, vocabulary: readonly string[]): Uint8Array {
  let result = bytes;
  const count = 1 + Math.floor(random() * 4);
  for (let step = 0; step < count; step++) {
    const edit = edits[Math.floor(random() * edits.length)];
    if (edit !== undefined) result = edit(result, random, vocabulary);
  }
  return result;
}

function flipByte(bytes: Uint8Array, random: () => number): Uint8Array {
  const result = bytes.slice();
  result[Math.floor(random() * result.length)] = Math.floor(random() * 256);
  return result;
}

function removeSpan(bytes: Uint8Array, random: () => number): Uint8Array {
  const [start, end] = span(bytes, random);
  return join(bytes.subarray(0, start), bytes.subarray(end));
}

function repeatSpan(bytes: Uint8Array, random: () => number): Uint8Array {
  const [start, end] = span(bytes, random);
  return join(bytes.subarray(0, end), bytes.subarray(start));
}

function moveSpan(bytes: Uint8Array, random: () => number): Uint8Array {
  const [start, end] = span(bytes, random);
  const rest = join(bytes.subarray(0, start), bytes.subarray(end));
  const target = Math.floor(random() * rest.length);
  return join(rest.subarray(0, target), bytes.subarray(start, end), rest.subarray(target));
}

function insertPiece(bytes: Uint8Array, random: () => number, vocabulary: readonly string[]): Uint8Array {
  const position = Math.floor(random() * bytes.length);
  return join(bytes.subarray(0, position), piece(random, vocabulary), bytes.subarray(position));
}

function replacePiece(bytes: Uint8Array, random: () => number, vocabulary: readonly string[]): Uint8Array {
  const [start, end] = span(bytes, random);
  return join(bytes.subarray(0, start), piece(random, vocabulary), bytes.subarray(end));
}

function cutShort(bytes: Uint8Array, random: () => number): Uint8Array {
  return random() < 0.8 ? bytes : bytes.subarray(0, Math.floor(random() * bytes.length));
}

function piece(random: () => number, vocabulary: readonly string[]): Uint8Array {
  return new TextEncoder().encode(vocabulary[Math.floor(random() * vocabulary.length)]);
}

function span(bytes: Uint8Array, random: () => number): readonly [start: number, end: number] {
  const start = Math.floor(random() * bytes.length);
  return [start, Math.min(bytes.length, start + 1 + Math.floor(random() * 12))];
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
