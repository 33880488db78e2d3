/** Where the comments of a tree stand: every one lies between two places. */
import type { Comment } from './ast.ts';
import type { Span } from './source.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export const startOf = ({ line, column }: Span): Place => ({ line, column });
export const endOf = ({ endLine, endColumn }: Span): Place => ({ line: endLine, column: endColumn });

/** Those that begin at `from` or later and before `to`; `comments` are in order. */
export function commentsBetween(comments: readonly Comment[], from: Place, to: Place): readonly Comment[] {
  return comments.slice(firstAt(comments, from), firstAt(comments, to));
}

/** The comment behind what ends at `end`, on its last line, unless `next` comes first. */
export function commentBehind(comments: readonly Comment[], end: Place, next: Place): Comment | undefined {
  const [first] = commentsBetween(comments, end, next);
  return first?.span.line === end.line ? first : undefined;
}

/** Blanks behind a comment cannot be seen. */
export function commentText({ text }: Comment): string {
  return text.trimEnd();
}

function firstAt(comments: readonly Comment[], place: Place): number {
  let [low, high] = [0, comments.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const span = comments[middle]?.span;
    if (span !== undefined && isBefore(span, place)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(first: Place, second: Place): boolean {
  return first.line < second.line || (first.line === second.line && first.column < second.column);
}
