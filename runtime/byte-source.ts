/** A file of which any part can be read at any time, so that nobody has to hold the whole. */
export interface ByteSource {
  readonly length: number;
  /**
   * The bytes from `begin` up to `end`, both within the file. Those that must be copied go to the beginning of `memory`,
   * where it is given: who reads much would otherwise leave much to be collected.
   */
  readonly read: (begin: number, end: number, memory?: Uint8Array) => Uint8Array;
}

/** A file that is in memory already; its parts are views. */
export const sourceOfBytes = (bytes: Uint8Array): ByteSource => ({
  length: bytes.length,
  read: (begin, end) => bytes.subarray(begin, end),
});

export const wholeOf = ({ length, read }: ByteSource): Uint8Array => read(0, length);
