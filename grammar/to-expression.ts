import type { CstNode } from 'chevrotain';
import type { Expression, Operation, Operator } from './ast.ts';
import { type Context, childNode, childNodes, childToken, childTokens, nodeSpan, onlyChild } from './cst.ts';
import { readNumber } from './literals.ts';
import { cover, type Span } from './source.ts';
import { toPath } from './to-value.ts';
import { tokenSpan } from './token-span.ts';

/** From what binds least to what binds most. */
const precedences: readonly (readonly Operator[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<=', '>=', '<', '>', 'in'],
  ['..'],
  ['+', '-'],
  ['*', '/'],
];

const operators: ReadonlyMap<string, Operator> = new Map(precedences.flat().map((operator) => [operator, operator]));

interface Row {
  readonly first: Expression;
  readonly rest: readonly Operation[];
}

export function toExpression(node: CstNode | undefined, context: Context, fallback: Span): Expression {
  const span = nodeSpan(node, fallback);
  if (node === undefined) return { kind: 'missing', span };
  const operands = childNodes(node, 'operand').map((operand) => toOperand(operand, context, span));
  const signs = childNodes(node, 'operator').map(toOperator);
  const [first, ...others] = operands;
  if (first === undefined || others.length !== signs.length) return { kind: 'missing', span };
  const rest: Operation[] = [];
  for (const [index, operand] of others.entries()) {
    const operator = signs[index];
    if (operator === undefined) return { kind: 'missing', span };
    rest.push({ operator, operand });
  }
  return bind({ first, rest }, 0);
}

/** Splits a row at the operators of one precedence; what lies between binds tighter. */
function bind(row: Row, precedence: number): Expression {
  const here = precedences[precedence];
  if (here === undefined || row.rest.length === 0) return row.first;
  const chain: { operator: Operator; row: { first: Expression; rest: Operation[] } }[] = [];
  let current: { first: Expression; rest: Operation[] } = { first: row.first, rest: [] };
  const head = current;
  for (const operation of row.rest) {
    if (here.includes(operation.operator)) {
      current = { first: operation.operand, rest: [] };
      chain.push({ operator: operation.operator, row: current });
    } else {
      current.rest.push(operation);
    }
  }
  const first = bind(head, precedence + 1);
  const rest = chain.map(({ operator, row: operand }) => ({ operator, operand: bind(operand, precedence + 1) }));
  const last = rest.at(-1);
  return last === undefined ? first : { kind: 'chain', first, rest, span: cover(first.span, last.operand.span) };
}

function toOperator(node: CstNode): Operator | undefined {
  const element = onlyChild(node)?.element;
  return element !== undefined && 'image' in element ? operators.get(element.image) : undefined;
}

function toOperand(node: CstNode, context: Context, fallback: Span): Expression {
  const inner = toUnsigned(node, context, nodeSpan(node, fallback));
  const signs = childTokens(node, 'Minus');
  const first = signs[0];
  if (first === undefined || signs.length % 2 === 0) return inner;
  return { kind: 'negative', operand: inner, span: cover(tokenSpan(first), inner.span) };
}

function toUnsigned(node: CstNode, context: Context, span: Span): Expression {
  const number = childToken(node, 'NumberLiteral');
  const path = toPath(childNode(node, 'path'));
  const group = childNode(node, 'group');
  const list = childNode(node, 'expressionList');
  if (number !== undefined) {
    const value = readNumber(number, context.report);
    const numberSpan = tokenSpan(number);
    if (value === undefined) return { kind: 'missing', span: numberSpan };
    return { kind: 'number', value, text: number.image, span: numberSpan };
  }
  if (path !== undefined) return { kind: 'name', text: path.text, span: path.span };
  if (group !== undefined) {
    return { kind: 'group', inner: toExpression(childNode(group, 'expression'), context, span), span };
  }
  if (list === undefined) return { kind: 'missing', span };
  const items = childNodes(list, 'expression').map((item) => toExpression(item, context, span));
  return { kind: 'list', items, span: nodeSpan(list, span) };
}
