/** A tree as a text that says the same and has no style: the blanks, line ends and comments are random. */
import type { Argument, Assignment, Ast, BlockStatement, Expression, Statement, Value } from '../../grammar/ast.ts';
import { randomFrom } from './mutations.ts';

interface Writer {
  text: string;
  readonly random: () => number;
}

const comments = [
  '// c',
  '/// documentation',
  '//',
  '////',
  '// x = 1 }',
  '/// "',
  '// é 😀\t ',
  '//[ long '.repeat(9),
];

/** The same text for the same seed. */
export function messySpec(ast: Ast, seed: number): string {
  const writer: Writer = { text: '', random: randomFrom(seed) };
  if (chance(writer, 0.3)) lineEnds(writer);
  for (const statement of ast.statements) {
    writeStatement(writer, statement);
    endStatement(writer, 'statements' in statement ? 'brace' : 'line');
  }
  const text = chance(writer, 0.1) ? writer.text.trimEnd() : writer.text;
  return chance(writer, 0.2) ? text.replaceAll('\n', '\r\n') : text;
}

function chance({ random }: Writer, probability: number): boolean {
  return random() < probability;
}

function pick<Item>({ random }: Writer, items: readonly [Item, ...Item[]] | readonly Item[], fallback: Item): Item {
  return items[Math.floor(random() * items.length)] ?? fallback;
}

function comment(writer: Writer): string {
  return ` ${pick(writer, comments, '//')}`;
}

function lineEnds(writer: Writer): void {
  do {
    if (chance(writer, 0.25)) writer.text += comment(writer);
    writer.text += pick(writer, ['\n', '\n', '\n  ', '\n\n', '\n\t\n\n'], '\n');
  } while (chance(writer, 0.3));
}

/** A brace ends a statement by itself. */
function endStatement(writer: Writer, ending: 'line' | 'brace'): void {
  if (ending === 'brace' && chance(writer, 0.2)) writer.text += ' ';
  else lineEnds(writer);
}

/** Within a line. */
function put(writer: Writer, token: string): void {
  const touching = /[\w"-]$/.test(writer.text) && /^[\w"-]/.test(token);
  const blanks = pick(writer, ['', '', ' ', ' ', '   ', '\t'], '');
  writer.text += `${touching && blanks === '' ? ' ' : blanks}${token}`;
}

/** Inside brackets, where line ends do not count. */
function putFreely(writer: Writer, token: string): void {
  if (chance(writer, 0.12)) lineEnds(writer);
  put(writer, token);
}

type Put = (writer: Writer, token: string) => void;

function writeStatement(writer: Writer, statement: Statement | BlockStatement): void {
  switch (statement.kind) {
    case 'version':
      putAll(writer, 'swin', String(statement.written));
      return;
    case 'import':
      putAll(writer, 'import', String(statement.specifier.written));
      if (statement.alias !== undefined) putAll(writer, 'as', statement.alias.text);
      return;
    case 'assignment':
      writeAssignment(writer, statement);
      return;
    case 'assert':
      put(writer, 'assert');
      writeExpression(writer, statement.expression, put);
      if (statement.writtenMessage !== undefined) putAll(writer, ':', statement.writtenMessage);
      return;
    case 'vary':
      putAll(writer, 'vary', ...statement.field.text.split(/(\.)/), 'in');
      writeValue(writer, statement.values, put);
      return;
    case 'stage':
      putAll(writer, 'stage', String(statement.number?.written));
      writeBlock(writer, statement.statements);
      return;
    case 'case':
      putAll(writer, 'case', String(statement.written));
      writeBlock(writer, statement.statements);
      return;
    default:
      putAll(writer, statement.kind, statement.name.text);
      if (statement.parent !== undefined) putAll(writer, 'extends', ...statement.parent.text.split(/(\.)/));
      writeBlock(writer, statement.statements);
      return;
  }
}

function putAll(writer: Writer, ...tokens: readonly string[]): void {
  for (const token of tokens) put(writer, token);
}

function writeBlock(writer: Writer, statements: readonly BlockStatement[]): void {
  if (chance(writer, 0.1)) lineEnds(writer);
  put(writer, '{');
  if (chance(writer, 0.8)) lineEnds(writer);
  for (const [index, statement] of statements.entries()) {
    writeStatement(writer, statement);
    const closes = index === statements.length - 1 && chance(writer, 0.2);
    if (!closes) endStatement(writer, endsInBrace(statement) ? 'brace' : 'line');
  }
  put(writer, '}');
}

function endsInBrace(statement: BlockStatement): boolean {
  return 'statements' in statement || (statement.kind === 'assignment' && statement.value.kind === 'record');
}

function writeAssignment(writer: Writer, { field, value }: Assignment): void {
  putAll(writer, ...field.text.split(/(\.)/), '=');
  if (value.kind !== 'record') {
    writeValue(writer, value, put);
    return;
  }
  put(writer, '{');
  if (chance(writer, 0.5)) lineEnds(writer);
  for (const assignment of value.assignments) {
    writeAssignment(writer, assignment);
    const comma = !endsInBrace(assignment) && chance(writer, 0.4);
    if (comma) put(writer, ',');
    if (!comma || chance(writer, 0.5)) lineEnds(writer);
  }
  put(writer, '}');
}

function writeValue(writer: Writer, value: Value, outside: Put): void {
  switch (value.kind) {
    case 'number':
      if (value.text.startsWith('-')) outside(writer, '-');
      outside(writer, value.text.replace(/^-/, ''));
      return;
    case 'string':
      outside(writer, String(value.written));
      return;
    case 'name':
      outside(writer, value.text);
      return;
    case 'list':
      outside(writer, '[');
      separated(writer, value.items, (item) => writeValue(writer, item, putFreely));
      putFreely(writer, ']');
      return;
    case 'call':
      outside(writer, value.name.text);
      outside(writer, '(');
      separated(writer, value.arguments, (item) => writeArgument(writer, item));
      putFreely(writer, ')');
      return;
    default:
      throw new Error(`a ${value.kind} does not stand here`);
  }
}

function writeArgument(writer: Writer, { label, value }: Argument): void {
  if (label !== undefined) {
    putFreely(writer, label.text);
    putFreely(writer, ':');
  }
  writeValue(writer, value, putFreely);
}

function separated<Item>(writer: Writer, items: readonly Item[], write: (item: Item) => void): void {
  for (const [index, item] of items.entries()) {
    if (index > 0) putFreely(writer, ',');
    write(item);
  }
}

function writeExpression(writer: Writer, expression: Expression, outside: Put): void {
  switch (expression.kind) {
    case 'number':
      outside(writer, expression.text);
      return;
    case 'name':
      for (const part of expression.text.split(/(\.)/)) outside(writer, part);
      return;
    case 'list':
      outside(writer, '[');
      separated(writer, expression.items, (item) => writeExpression(writer, item, putFreely));
      putFreely(writer, ']');
      return;
    case 'group':
      outside(writer, '(');
      writeExpression(writer, expression.inner, putFreely);
      putFreely(writer, ')');
      return;
    case 'negative':
      outside(writer, '-');
      writeExpression(writer, expression.operand, outside);
      return;
    case 'chain':
      writeExpression(writer, expression.first, outside);
      for (const { operator, operand } of expression.rest) {
        outside(writer, operator);
        writeExpression(writer, operand, outside);
      }
      return;
    case 'missing':
      throw new Error('a random tree lacks nothing');
  }
}
