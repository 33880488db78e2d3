/** What values and expressions are printed from: pieces that fit on a line or are broken, and comments that break them. */
import type { Comment } from './ast.ts';
import { commentBehind, commentsBetween, commentText, type Place } from './print-comments.ts';
import { codeWidth, indentation, type Line } from './print-lines.ts';

export type Piece =
  | string
  | { readonly kind: 'row'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'nested'; readonly inner: Piece }
  | { readonly kind: 'newline' }
  /** Ends its line: a newline follows. */
  | { readonly kind: 'comment'; readonly text: string }
  /** `flat` is undefined where a comment stands inside. */
  | { readonly kind: 'choice'; readonly flat: string | undefined; readonly broken: Piece }
  /** As many words to a line as fit. */
  | { readonly kind: 'fill'; readonly words: readonly string[] };

export const newline: Piece = { kind: 'newline' };
export const row = (...pieces: readonly Piece[]): Piece => ({ kind: 'row', pieces });
export const nested = (inner: Piece): Piece => ({ kind: 'nested', inner });

/** Comments on lines of their own. */
export function standing(comments: readonly Comment[]): readonly Piece[] {
  return comments.flatMap((comment): readonly Piece[] => [{ kind: 'comment', text: commentText(comment) }, newline]);
}

export function behind(comment: Comment | undefined): readonly Piece[] {
  return comment === undefined ? [] : [{ kind: 'comment', text: commentText(comment) }];
}

/** On one line; undefined where a comment forbids it. */
export function flatten(piece: Piece): string | undefined {
  if (typeof piece === 'string') return piece;
  switch (piece.kind) {
    case 'row': {
      const texts = piece.pieces.map(flatten);
      return texts.includes(undefined) ? undefined : texts.join('');
    }
    case 'nested':
      return flatten(piece.inner);
    case 'choice':
      return piece.flat;
    case 'fill':
      return piece.words.join(' ');
    case 'newline':
    case 'comment':
      return undefined;
  }
}

export interface Item {
  readonly piece: Piece;
  readonly start: Place;
  readonly end: Place;
  /** Comments that begin before this are printed before the item: there is no place for them inside. */
  readonly opening: Place;
}

/** Items between brackets. Words share lines where they are many; anything else gets a line of its own. */
export function bracketed(
  [open, close]: readonly [open: string, close: string],
  items: readonly Item[],
  [start, end]: readonly [start: Place, end: Place],
  comments: readonly Comment[],
): Piece {
  const inside = commentsBetween(comments, start, end);
  if (items.length === 0 && inside.length === 0) return `${open}${close}`;
  const pieces = items.flatMap(({ piece }, index) => (index === 0 ? [piece] : [', ', piece]));
  const flat = flatten({ kind: 'row', pieces });
  const words = items.flatMap(({ piece }) => (typeof piece === 'string' ? [piece] : []));
  if (words.length === items.length && inside.length === 0) {
    const fill: Piece = { kind: 'fill', words: words.map((word, index) => `${word}${separator(index, words)}`) };
    return {
      kind: 'choice',
      flat: `${open}${flat}${close}`,
      broken: row(open, nested(row(newline, fill)), newline, close),
    };
  }
  return {
    kind: 'choice',
    flat: flat === undefined || inside.length > 0 ? undefined : `${open}${flat}${close}`,
    broken: row(open, nested(itemLines(items, start, end, comments)), newline, close),
  };
}

/** Each item on a line of its own, among the comments. */
function itemLines(items: readonly Item[], start: Place, end: Place, comments: readonly Comment[]): Piece {
  let from = start;
  const lines = items.flatMap((item, index) => {
    const above = standing(commentsBetween(comments, from, item.opening));
    const trailing = commentBehind(comments, item.end, items[index + 1]?.start ?? end);
    from = trailing === undefined ? item.end : { line: item.end.line + 1, column: 1 };
    return [newline, above, item.piece, separator(index, items), behind(trailing)].flat();
  });
  const rest = standing(commentsBetween(comments, from, end)).slice(0, -1);
  return { kind: 'row', pieces: rest.length === 0 ? lines : [...lines, newline, ...rest] };
}

function separator(index: number, items: readonly unknown[]): string {
  return index === items.length - 1 ? '' : ',';
}

interface Page {
  readonly lines: Line[];
  code: string;
  comment: string;
  depth: number;
}

/** The lines of `prefix` and what follows it. */
export function layOutPiece(piece: Piece, prefix: string, depth: number): readonly Line[] {
  const page: Page = { lines: [], code: prefix, comment: '', depth };
  write(page, piece, depth, 0);
  endLine(page, depth);
  return page.lines;
}

/** `tail` is the width of what must stand on the same line after the piece. */
function write(page: Page, piece: Piece, depth: number, tail: number): void {
  if (typeof piece === 'string') {
    page.code += piece;
    return;
  }
  switch (piece.kind) {
    case 'row':
      for (const [index, part] of piece.pieces.entries()) {
        write(page, part, depth, typeof part === 'string' ? 0 : headWidth(piece.pieces, index + 1, tail));
      }
      return;
    case 'nested':
      write(page, piece.inner, depth + 1, tail);
      return;
    case 'newline':
      endLine(page, depth);
      return;
    case 'comment':
      page.comment = piece.text;
      return;
    case 'choice':
      if (piece.flat !== undefined && fits(page, piece.flat.length + tail)) page.code += piece.flat;
      else write(page, piece.broken, depth, tail);
      return;
    case 'fill':
      writeWords(page, piece.words, depth);
      return;
  }
}

function endLine(page: Page, depth: number): void {
  page.lines.push({ depth: page.depth, code: page.code, comment: page.comment });
  page.code = '';
  page.comment = '';
  page.depth = depth;
}

function writeWords(page: Page, words: readonly string[], depth: number): void {
  for (const [index, word] of words.entries()) {
    if (index > 0 && !fits(page, word.length + 1)) endLine(page, depth);
    page.code += page.code === '' ? word : ` ${word}`;
  }
}

function fits(page: Page, width: number): boolean {
  return indentation(page.depth).length + page.code.length + width <= codeWidth;
}

/** From `start` up to the first place where the line may end. */
function headWidth(pieces: readonly Piece[], start: number, tail: number): number {
  let width = 0;
  for (let index = start; index < pieces.length && width <= codeWidth; index += 1) {
    const piece = pieces[index];
    if (typeof piece !== 'string') return width + (piece === undefined ? 0 : firstWidth(piece));
    width += piece.length;
  }
  return width + tail;
}

function firstWidth(piece: Piece): number {
  if (typeof piece === 'string') return piece.length;
  if (piece.kind === 'row') return headWidth(piece.pieces, 0, 0);
  if (piece.kind === 'nested') return firstWidth(piece.inner);
  return piece.kind === 'choice' ? firstWidth(piece.broken) : 0;
}
