/** A file that arrives piece by piece, read in order. */

/**
 * Pieces of a file in its order, of any size: the body of a response, or whatever can be looped over. Each is used up
 * before the next is asked for, so that all of them may lie in the same memory.
 */
export type ByteStream = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

export interface ByteReader {
  /** So many bytes in memory of their own, or fewer where the file ends before. */
  readonly read: (length: number) => Promise<Uint8Array>;
  /**
   * Some of the next `most` bytes, at least one unless the file ends: a multiple of four of them, or the last of `most`.
   * They stand until the next call.
   */
  readonly take: (most: number) => Promise<Uint8Array>;
  /** Gives back what the stream holds, such as an open file. */
  readonly close: () => Promise<void>;
}

const none = new Uint8Array();

export function createByteReader(stream: ByteStream): ByteReader {
  const pieces = piecesOf(stream);
  let rest: Uint8Array = none;
  /** Asks for more only where nothing is left; false at the end. */
  const refill = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const { done, value } = await pieces.next();
      if (done === true) return false;
      rest = value;
    }
    return true;
  };
  const cut = (length: number): Uint8Array => {
    const bytes = rest.subarray(0, length);
    rest = rest.subarray(bytes.length);
    return bytes;
  };
  const read = async (length: number): Promise<Uint8Array> => {
    let [bytes, filled]: [Uint8Array, number] = [none, 0];
    while (filled < length && (await refill())) {
      const more = cut(length - filled);
      // Not all at once: a header may promise a length that its file does not have.
      if (filled + more.length > bytes.length) bytes = grown(bytes, Math.min(length, 2 * (filled + more.length)));
      bytes.set(more, filled);
      filled += more.length;
    }
    return bytes.subarray(0, filled);
  };
  const take = async (most: number): Promise<Uint8Array> => {
    if (!(await refill())) return none;
    if (rest.length >= most) return cut(most);
    const whole = rest.length - (rest.length % 4);
    // A word that two pieces share is joined.
    return whole > 0 ? cut(whole) : read(Math.min(4, most));
  };
  return { read, take, close: async () => void (await pieces.return?.()) };
}

function grown(bytes: Uint8Array, length: number): Uint8Array {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}

/** Not every browser can loop over a ReadableStream. */
function piecesOf(stream: ByteStream): AsyncIterator<Uint8Array> {
  if (!('getReader' in stream)) return stream[Symbol.asyncIterator]();
  const reader = stream.getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done, value: undefined } : { done, value };
    },
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}
