/** Bounds of the text itself. A spec from a stranger is checked in bounded time and space. */
export const limits = {
  /** UTF-16 units; the bytes on a disk are never fewer. */
  fileLength: 2 ** 20,
  nestedBrackets: 64,
  /** Recoveries of the parser, many of them on one line: beyond this a text is not taken for a spec. */
  mistakes: 1000,
  /** Beyond this, the rest of a file's findings are left out. */
  syntaxErrors: 100,
} as const;
