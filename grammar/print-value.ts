import type { Argument, Comment, Value } from './ast.ts';
import { endOf, type Place, startOf } from './print-comments.ts';
import { bracketed, type Item, type Piece, row } from './print-piece.ts';

/** A value in the text of one file; `comments` are all of that file. */
export function valuePiece(value: Value, comments: readonly Comment[]): Piece {
  const inside = [startOf(value.span), endOf(value.span)] as const;
  switch (value.kind) {
    case 'number':
    case 'name':
      return value.text;
    case 'string':
      return value.written ?? JSON.stringify(value.value);
    case 'list': {
      const items = value.items.map((item) => toItem(item, valuePiece(item, comments), openingOf(item)));
      return bracketed(['[', ']'], items, inside, comments);
    }
    case 'call': {
      const items = value.arguments.map((each) => toItem(each, argumentPiece(each, comments), openingOf(each.value)));
      return bracketed([`${value.name.text}(`, ')'], items, inside, comments);
    }
    case 'record': {
      const inner = value.assignments.map(({ field, value: set }, index) =>
        row(index === 0 ? '' : ', ', `${field.text} = `, valuePiece(set, comments)),
      );
      return row('{ ', ...inner, inner.length === 0 ? '}' : ' }');
    }
    case 'missing':
      return '…';
  }
}

function argumentPiece({ label, value }: Argument, comments: readonly Comment[]): Piece {
  const piece = valuePiece(value, comments);
  return label === undefined ? piece : row(`${label.text}: `, piece);
}

function toItem({ span }: Value | Argument, piece: Piece, opening: Place): Item {
  return { piece, start: startOf(span), end: endOf(span), opening };
}

/** A word may be in two parts, as `-` and `1`, and a comment between them. */
function openingOf({ kind, span }: Value): Place {
  return kind === 'list' || kind === 'call' || kind === 'record' ? startOf(span) : endOf(span);
}
