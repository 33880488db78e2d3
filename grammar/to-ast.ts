import type { CstNode, IToken } from 'chevrotain';
import type {
  Assertion,
  BlockStatement,
  Case,
  Declaration,
  Import,
  Name,
  StageBlock,
  Statement,
  Vary,
  Version,
} from './ast.ts';
import { type Context, childNode, childNodes, childToken, childTokens, isNode, nodeSpan, onlyChild } from './cst.ts';
import { readNumber, readString } from './literals.ts';
import { cover, type Span, startOfFile } from './source.ts';
import { toExpression } from './to-expression.ts';
import { isBefore, toAssignment, toName, toPath, toValue } from './to-value.ts';
import { tokenSpan } from './token-span.ts';

/** The statements of a file. What stands outside of any block, after a stray brace, goes to the model before it. */
export function toStatements(file: CstNode, context: Context): readonly Statement[] {
  const statements: Statement[] = [];
  for (const node of childNodes(file, 'statement')) {
    const child = onlyChild(node);
    if (child === undefined || !isNode(child.element)) continue;
    const statement = toStatement(child.name, child.element, context);
    if (statement !== undefined) {
      statements.push(statement);
      continue;
    }
    const stray = toBlockStatement(child.name, child.element, context, undefined);
    if (stray !== undefined) adopt(stray, statements, context);
  }
  return statements;
}

function toStatement(name: string, node: CstNode, context: Context): Statement | undefined {
  switch (name) {
    case 'version':
      return toVersion(node, context);
    case 'importStatement':
      return toImport(node, context);
    case 'model':
      return toDeclaration('model', node, context);
    case 'sweep':
      return toDeclaration('sweep', node, context);
    default:
      return undefined;
  }
}

function adopt(stray: BlockStatement, statements: Statement[], context: Context): void {
  const { line, column } = stray.span;
  context.report({
    code: 'SW009',
    message: 'this statement stands outside of a model',
    span: { line, column, endLine: line, endColumn: column + 1 },
    help: 'move it into the block of a model',
  });
  const last = statements.at(-1);
  if (last?.kind !== 'model' && last?.kind !== 'sweep') return;
  statements[statements.length - 1] = { ...last, statements: [...last.statements, stray] };
}

function toVersion(node: CstNode, context: Context): Version {
  const token = childToken(node, 'NumberLiteral');
  const number = token === undefined ? undefined : readNumber(token, context.report);
  return { kind: 'version', number, ...(token && { written: token.image }), span: nodeSpan(node, startOfFile) };
}

function toImport(node: CstNode, context: Context): Import | undefined {
  const token = childToken(node, 'StringLiteral');
  const text = token === undefined ? undefined : readString(token, context.report);
  if (token === undefined || text === undefined) return undefined;
  const alias = childToken(node, 'Name');
  return {
    kind: 'import',
    specifier: { text, written: token.image, span: tokenSpan(token) },
    alias: alias === undefined ? undefined : toName(alias),
    span: nodeSpan(node, tokenSpan(token)),
  };
}

function toDeclaration(kind: 'model' | 'sweep', node: CstNode, context: Context): Declaration | undefined {
  const keyword = childToken(node, 'keyword');
  const name = childToken(node, 'name') ?? keyword;
  if (name === undefined) return undefined;
  const body = childNode(node, 'body');
  if (kind === 'model' && !isModel(keyword, name, body, context)) return undefined;
  const span = nodeSpan(node, tokenSpan(name));
  return {
    kind,
    name: toName(name),
    parent: toParent(childNode(node, 'parent'), context),
    statements: toBlock(body, context),
    documentation: context.documentationOf(span),
    span,
  };
}

/** Whether a name that may lack its keyword was meant as a model: with a block, or with a keyword, it was. */
function isModel(keyword: IToken | undefined, name: IToken, body: CstNode | undefined, context: Context): boolean {
  if (keyword?.image === 'model') return true;
  const hasBlock = body !== undefined && childToken(body, 'LeftCurly') !== undefined;
  const wanted = name.image === 'model' ? 'a name after `model`' : '`model` before the name';
  const report = (message: string, token: IToken): void =>
    context.report({
      code: 'SW005',
      message,
      span: tokenSpan(token),
      help: 'a block of fields begins with `model NAME {`',
    });
  if (keyword !== undefined) report(`expected \`model\`, found \`${keyword.image}\``, keyword);
  else report(hasBlock ? `expected ${wanted}` : `expected a statement, found \`${name.image}\``, name);
  return keyword !== undefined || hasBlock;
}

function toParent(node: CstNode | undefined, context: Context): Name | undefined {
  const [first, second] = node === undefined ? [] : childTokens(node, 'Name');
  if (node === undefined || first === undefined) return undefined;
  if (childToken(node, 'Extends') === undefined) {
    context.report({
      code: 'SW005',
      message: `expected \`extends\` before \`${first.image}\``,
      span: tokenSpan(first),
    });
  }
  if (second === undefined) return toName(first);
  return { text: `${first.image}.${second.image}`, span: cover(tokenSpan(first), tokenSpan(second)) };
}

function toBlock(body: CstNode | undefined, context: Context): readonly BlockStatement[] {
  const nodes = body === undefined ? [] : childNodes(body, 'bodyStatement');
  return nodes.flatMap((node, index) => {
    const child = onlyChild(node);
    if (child === undefined || !isNode(child.element)) return [];
    const following = nodes[index + 1];
    const next = following === undefined ? undefined : nodeSpan(following, startOfFile);
    return toBlockStatement(child.name, child.element, context, next) ?? [];
  });
}

function toBlockStatement(
  name: string,
  node: CstNode,
  context: Context,
  next: Span | undefined,
): BlockStatement | undefined {
  switch (name) {
    case 'assignment':
      return toAssignment(node, context, next);
    case 'stage':
      return toStage(node, context);
    case 'assertion':
      return toAssertion(node, context);
    case 'vary':
      return toVary(node, context);
    case 'caseBlock':
      return toCase(node, context);
    default:
      return undefined;
  }
}

function toStage(node: CstNode, context: Context): StageBlock {
  const token = childToken(node, 'NumberLiteral');
  const value = token === undefined ? undefined : readNumber(token, context.report);
  const span = nodeSpan(node, startOfFile);
  if (token !== undefined && childToken(node, 'Stage') === undefined) {
    context.report({ code: 'SW005', message: `expected \`stage\` before \`${token.image}\``, span: tokenSpan(token) });
  }
  return {
    kind: 'stage',
    number:
      token === undefined || value === undefined ? undefined : { value, written: token.image, span: tokenSpan(token) },
    statements: toBlock(childNode(node, 'body'), context),
    span,
  };
}

function toAssertion(node: CstNode, context: Context): Assertion {
  const span = nodeSpan(node, startOfFile);
  const token = childToken(node, 'StringLiteral');
  const expression = toExpression(childNode(node, 'expression'), context, span);
  const damaged = context.errors.some((error) => isBefore(span, error) && error.line <= span.endLine);
  return {
    kind: 'assert',
    expression: damaged ? { kind: 'missing', span: expression.span } : expression,
    message: token === undefined ? undefined : readString(token, context.report),
    ...(token && { writtenMessage: token.image }),
    span,
  };
}

function toVary(node: CstNode, context: Context): Vary | undefined {
  const field = toPath(childNode(node, 'path'));
  if (field === undefined) return undefined;
  const span = nodeSpan(node, field.span);
  return { kind: 'vary', field, values: toValue(childNode(node, 'value'), context, span), span };
}

function toCase(node: CstNode, context: Context): Case | undefined {
  const token = childToken(node, 'StringLiteral');
  const keyword = childToken(node, 'Case');
  if (token === undefined && keyword === undefined) return undefined;
  // A nameless case has been reported; its block is read all the same.
  const text = token === undefined ? '' : (readString(token, context.report) ?? '');
  const span = nodeSpan(node, startOfFile);
  return {
    kind: 'case',
    name: { text, span: token === undefined ? span : tokenSpan(token) },
    ...(token === undefined ? {} : { written: token.image }),
    statements: toBlock(childNode(node, 'body'), context),
    span,
  };
}
