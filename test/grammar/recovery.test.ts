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

/** Those of the statements that set a field. */
function assignments(ast: Ast): readonly string[] {
  return statements(ast).filter((statement) => /^[\w.-]+ = /.test(statement));
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

interface Deletion {
  readonly place: string;
  readonly image: string;
  readonly assignments: number;
  readonly statements: number;
}

/** What each deletion costs: every token of every spec, none left out. */
function measure(): readonly Deletion[] {
  return [...specFiles()].flatMap(([file, text]) => {
    const before = parse({ file, text }).value;
    return lexer.tokenize(text).tokens.map((token) => {
      const end = (token.endOffset ?? token.startOffset) + 1;
      const after = parse({ file, text: text.slice(0, token.startOffset) + text.slice(end) }).value;
      return {
        place: `${file}:${token.startLine}`,
        image: token.image,
        assignments: lost(assignments(before), assignments(after)),
        statements: lost(statements(before), statements(after)),
      };
    });
  });
}

const deletions = measure();

test('of all single-token deletions, at least 95 % keep all but one assignment', () => {
  const costly = deletions.filter((deletion) => deletion.assignments > 1);
  const kept = 1 - costly.length / deletions.length;
  const untouched = deletions.filter((deletion) => deletion.assignments === 0).length / deletions.length;
  console.log(
    `${deletions.length} deletions in ${specFiles().size} specs: ${percent(kept)} keep all but at most one assignment, ` +
      `${percent(untouched)} keep every one`,
  );
  assert.ok(deletions.length > 2000);
  assert.ok(kept >= 0.95, JSON.stringify(costly, null, 1));
});

test('one deleted token costs at most one statement, unless it joins two lines into one', () => {
  const costly = deletions.filter((deletion) => deletion.statements > 1);
  const kept = 1 - costly.length / deletions.length;
  console.log(`${percent(kept)} lose at most one statement of any kind`);
  assert.ok(kept >= 0.98, `${costly.length} of ${deletions.length} deletions lose more than one statement`);
  // A comment swallows the header on the next line; `swin 1import` is one wrong number.
  assert.deepEqual(
    costly.filter(({ image }) => image !== '\n'),
    [],
  );
});

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

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
