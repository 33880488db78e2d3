import type { CstNode, IToken } from 'chevrotain';
import type { Argument, Assignment, Name, Value } from './ast.ts';
import { type Context, childNode, childNodes, childToken, childTokens, isNode, nodeSpan, onlyChild } from './cst.ts';
import { readNumber, readString } from './literals.ts';
import { after, cover, type Span } from './source.ts';
import { tokenSpan } from './token-span.ts';

export function toName(token: IToken): Name {
  return { text: token.image, span: tokenSpan(token) };
}

/** A dotted name as one name. */
export function toPath(node: CstNode | undefined): Name | undefined {
  const names = node === undefined ? [] : childTokens(node, 'Name');
  const first = names[0];
  const last = names.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { text: names.map((name) => name.image).join('.'), span: cover(tokenSpan(first), tokenSpan(last)) };
}

/** Undefined when not even the field's name is left. */
export function toAssignment(node: CstNode, context: Context, next: Span | undefined): Assignment | undefined {
  const field = toPath(childNode(node, 'path'));
  if (field === undefined) return undefined;
  const equal = childToken(node, 'Equal');
  const value = toValue(childNode(node, 'value'), context, after(equal === undefined ? field.span : tokenSpan(equal)));
  if (equal === undefined && value.kind === 'missing') return undefined;
  const span = cover(field.span, value.span);
  return {
    kind: 'assignment',
    field,
    value: isDamaged(value, context, next) ? { kind: 'missing', span: value.span } : value,
    documentation: context.documentationOf(span),
    span,
  };
}

/** Whether the parser stumbled inside the value or between it and the end of its line, short of the next statement. */
function isDamaged(value: Value, context: Context, next: Span | undefined): boolean {
  return context.errors.some(
    (error) =>
      isBefore(value.span, error) && error.line <= value.span.endLine && (next === undefined || isBefore(error, next)),
  );
}

export function isBefore(first: Span, second: Span): boolean {
  return first.line < second.line || (first.line === second.line && first.column < second.column);
}

export function toValue(node: CstNode | undefined, context: Context, fallback: Span): Value {
  const span = nodeSpan(node, fallback);
  const child = node === undefined ? undefined : onlyChild(node);
  if (child === undefined) return { kind: 'missing', span };
  if (!isNode(child.element)) {
    const value = readString(child.element, context.report);
    return value === undefined
      ? { kind: 'missing', span }
      : { kind: 'string', value, written: child.element.image, span };
  }
  switch (child.name) {
    case 'number':
      return toNumber(child.element, context, span);
    case 'nameOrCall':
      return toNameOrCall(child.element, context, span);
    case 'list':
      return {
        kind: 'list',
        items: childNodes(child.element, 'value').map((item) => toValue(item, context, span)),
        span,
      };
    default:
      return { kind: 'record', assignments: toRecord(child.element, context), span };
  }
}

function toNumber(node: CstNode, context: Context, span: Span): Value {
  const token = childToken(node, 'NumberLiteral');
  const magnitude = token === undefined ? undefined : readNumber(token, context.report);
  if (token === undefined || magnitude === undefined) return { kind: 'missing', span };
  const negative = childToken(node, 'Minus') !== undefined;
  return {
    kind: 'number',
    value: negative ? -magnitude : magnitude,
    text: negative ? `-${token.image}` : token.image,
    span,
  };
}

function toNameOrCall(node: CstNode, context: Context, span: Span): Value {
  const token = childToken(node, 'Name');
  if (token === undefined) return { kind: 'missing', span };
  const name = toName(token);
  if (childToken(node, 'LeftParenthesis') === undefined) return { kind: 'name', text: name.text, span: name.span };
  return {
    kind: 'call',
    name,
    arguments: childNodes(node, 'argument').map((each) => toArgument(each, context, span)),
    span,
  };
}

function toArgument(node: CstNode, context: Context, fallback: Span): Argument {
  const label = childToken(node, 'Name');
  const span = nodeSpan(node, fallback);
  return {
    label: label === undefined ? undefined : toName(label),
    value: toValue(childNode(node, 'value'), context, span),
    span,
  };
}

function toRecord(node: CstNode, context: Context): readonly Assignment[] {
  return childNodes(node, 'assignment').flatMap((each) => toAssignment(each, context, undefined) ?? []);
}
