import type { Expression } from '../../../grammar/ast.ts';
import { spellNumber } from '../spell.ts';
import type { Quantity } from './quantity.ts';

/** An expression as the language writes it. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
    case 'name':
      return expression.text;
    case 'list':
      return `[${expression.items.map(printExpression).join(', ')}]`;
    case 'negative':
      return `-${printExpression(expression.operand)}`;
    case 'group':
      return `(${printExpression(expression.inner)})`;
    case 'missing':
      return '…';
    case 'chain':
      return expression.rest.reduce((text, { operator, operand }) => {
        const gap = operator === '..' ? '' : ' ';
        return `${text}${gap}${operator}${gap}${printExpression(operand)}`;
      }, printExpression(expression.first));
  }
}

export function printQuantity(quantity: Quantity): string {
  return typeof quantity === 'number' ? spellNumber(quantity) : `[${quantity.map(printQuantity).join(', ')}]`;
}
