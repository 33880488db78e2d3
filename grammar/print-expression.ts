import type { Chain, Comment, Expression } from './ast.ts';
import { commentBehind, commentsBetween, endOf, type Place, startOf } from './print-comments.ts';
import { behind, bracketed, flatten, type Item, nested, newline, type Piece, row, standing } from './print-piece.ts';

/** Outside of brackets a line ends the statement, so that a chain stays on one. */
type Surroundings = 'line' | 'brackets';

export function expressionPiece(
  expression: Expression,
  comments: readonly Comment[],
  surroundings: Surroundings = 'line',
): Piece {
  const inside = [startOf(expression.span), endOf(expression.span)] as const;
  const toItem = (inner: Expression): Item => ({
    piece: expressionPiece(inner, comments, 'brackets'),
    start: startOf(inner.span),
    end: endOf(inner.span),
    opening: openingOf(inner),
  });
  switch (expression.kind) {
    case 'number':
    case 'name':
      return expression.text;
    case 'list':
      return bracketed(['[', ']'], expression.items.map(toItem), inside, comments);
    case 'group':
      return bracketed(['(', ')'], [toItem(expression.inner)], inside, comments);
    case 'negative':
      return joined('-', expressionPiece(expression.operand, comments, surroundings));
    case 'missing':
      return '…';
    case 'chain':
      return chainPiece(expression, comments, surroundings);
  }
}

function joined(text: string, piece: Piece): Piece {
  return typeof piece === 'string' ? `${text}${piece}` : row(text, piece);
}

/** Broken before its operators. */
function chainPiece(chain: Chain, comments: readonly Comment[], surroundings: Surroundings): Piece {
  const first = expressionPiece(chain.first, comments, surroundings);
  const gap = isTight(chain) ? '' : ' ';
  let from = endOf(chain.first.span);
  const links = chain.rest.map(({ operator, operand }) => {
    const trailing = commentBehind(comments, from, startOf(operand.span));
    const start = trailing === undefined ? from : { line: from.line + 1, column: 1 };
    const above = standing(commentsBetween(comments, start, openingOf(operand)));
    const piece = expressionPiece(operand, comments, surroundings);
    from = endOf(operand.span);
    return {
      flat: [`${gap}${operator}${gap}`, piece],
      broken: [behind(trailing), newline, above, `${operator}${gap}`, nested(piece)].flat(),
    };
  });
  const straight: Piece = { kind: 'row', pieces: [first, ...links.flatMap(({ flat }) => flat)] };
  if (surroundings === 'line') return straight;
  const commented = commentsBetween(comments, startOf(chain.span), endOf(chain.span)).length > 0;
  const broken: Piece = { kind: 'row', pieces: [first, ...links.flatMap((link) => link.broken)] };
  return { kind: 'choice', flat: commented ? undefined : flatten(straight), broken };
}

/** `1..2`, but `1 .. 2 + 3`. */
function isTight({ first, rest }: Chain): boolean {
  const operands = [first, ...rest.map(({ operand }) => operand)];
  return rest.every(({ operator }) => operator === '..') && operands.every(({ kind }) => kind !== 'chain');
}

function openingOf(expression: Expression): Place {
  switch (expression.kind) {
    case 'negative':
      return openingOf(expression.operand);
    case 'chain':
      return openingOf(expression.first);
    case 'list':
    case 'group':
      return startOf(expression.span);
    default:
      return endOf(expression.span);
  }
}
