/**
 * Recovery, measured: of all the ways to delete one token from the specs, how many lose more than one statement, and
 * how many go unnoticed.
 */
import assert from 'node:assert/strict';
import { test } from 'uvu';
import type { Ast, BlockStatement, Value } from '../../grammar/ast.ts';
import { parse } from '../../grammar/parse.ts';
import { lexer } from '../../grammar/tokens.ts';
import { specFiles } from '../support/spec-files.ts';

/** Every statement of a file as text without its place: what an editor could still offer something for. */
function statements(ast: Ast): readonly string[] {
  return ast.statements.flatMap((statement): readonly string[] => {
    switch (statement.kind) {
      case 'version':
        return [`swin ${statement.number}`];
      case 'import':
        return [`import ${statement.specifier.text}`];
      default:
        return [`${statement.kind} ${statement.name.text} ${statement.parent?.text}`, ...block(statement.statements)];
    }
  });
}

function block(inner: readonly BlockStatement[]): readonly string[] {
  return inner.flatMap((statement): readonly string[] => {
    switch (statement.kind) {
      case 'assignment':
        return [`${statement.field.text} = ${print(statement.value)}`];
      case 'assert':
        return [`assert ${JSON.stringify(statement.expression, (key, value) => (key === 'span' ? undefined : value))}`];
      case 'vary':
        return [`vary ${statement.field.text}`];
      default:
        return block(statement.statements);
    }
  });
}

function print(value: Value): string {
  return JSON.stringify(value, (key, inner) => (key === 'span' || key === 'documentation' ? undefined : inner));
}

/** How many of the first list are not in the second, counting repetitions. */
function lost(before: readonly string[], after: readonly string[]): number {
  const left = [...after];
  return before.filter((statement) => {
    const found = left.indexOf(statement);
    if (found !== -1) left.splice(found, 1);
    return found === -1;
  }).length;
}

const samples = [...specFiles()].filter(([name]) => /swin-b|free-br\.|cycle|features|activations|plain/.test(name));

test('one deleted token costs at most one statement, unless it joins two lines into one', () => {
  let deletions = 0;
  const costly: { place: string; image: string; cost: number }[] = [];
  for (const [file, text] of samples) {
    const before = statements(parse({ file, text }).value);
    for (const token of lexer.tokenize(text).tokens) {
      const end = (token.endOffset ?? token.startOffset) + 1;
      const { value } = parse({ file, text: text.slice(0, token.startOffset) + text.slice(end) });
      deletions += 1;
      const cost = lost(before, statements(value));
      if (cost > 1) costly.push({ place: `${file}:${token.startLine}`, image: token.image, cost });
    }
  }
  const kept = 1 - costly.length / deletions;
  if (process.env['SWINC_VERBOSE'] === '1') console.log({ deletions, kept, costly });
  assert.ok(deletions > 500);
  assert.ok(kept >= 0.98, `${costly.length} of ${deletions} deletions lose more than one statement`);
  // A comment swallows the header on the next line; `swin 1import` is one wrong number.
  assert.deepEqual(
    costly.filter(({ image }) => image !== '\n'),
    [],
  );
});

test('a damaged statement is kept, without its value', () => {
  const { value } = parse({ file: 'a', text: 'swin 1\nmodel a {\n  window = [4, 4\n  dim = 16\n}\n' });
  assert.deepEqual(statements(value), [
    'swin 1',
    'model a undefined',
    'window = {"kind":"missing"}',
    'dim = {"kind":"number","value":16,"text":"16"}',
  ]);
});

test.run();
