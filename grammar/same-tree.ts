import type { Ast } from './ast.ts';

/** Whether two texts say the same: their trees are equal but for places, and they have the same comments in order. */
export function isSameTree(first: Ast, second: Ast): boolean {
  return JSON.stringify(withoutSpans(first)) === JSON.stringify(withoutSpans(second));
}

/** A tree as it compares: what a text says, without where. */
export function withoutSpans({ statements, comments }: Ast): unknown {
  const plain: unknown = JSON.parse(JSON.stringify(statements, (key, value) => (key === 'span' ? undefined : value)));
  return { statements: plain, comments: comments.map(({ text }) => text.trimEnd()) };
}
