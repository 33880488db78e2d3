import assert from 'node:assert/strict';
import { test } from 'uvu';
import type { Statement } from '../../grammar/ast.ts';
import { parse } from '../../grammar/parse.ts';

/** The tree without spans, documentation and what else clutters a comparison. */
function tree(text: string): unknown {
  const { value, diagnostics } = parse({ file: 'a', text });
  assert.deepEqual(diagnostics, []);
  const clutter = new Set(['span', 'documentation', 'text']);
  return JSON.parse(JSON.stringify(value.statements, (key, inner) => (clutter.has(key) ? undefined : inner)));
}

function same(first: string, second: string): void {
  assert.deepEqual(tree(first), tree(second));
}

/** `line:column message` of each diagnostic. */
function messages(text: string): readonly string[] {
  return parse({ file: 'a', text }).diagnostics.map(({ span, message }) => `${span.line}:${span.column} ${message}`);
}

test('line ends inside brackets do not count', () => {
  same('model a {\n x = [1, 2]\n}', 'model a {\n x = [\n1,\n\n2\n]\n}');
  same('model a {\n x = f(a: 1)\n}', 'model a {\n x = f(\n  a: 1)\n}');
  same('model a {\n assert (1 == 2)\n}', 'model a {\n assert (1\n == 2\n)\n}');
});

test('a closing brace ends a statement, and braces may stand on one line', () => {
  same('model a {\n stage 3 {\n depth = 12\n }\n}', 'model a { stage 3 { depth = 12 } }');
  same('model a { x = 1 }', 'model a\n{\n\n x = 1\n\n}\n\n');
  same('model a {\n p = { x = 1, y = 2 }\n}', 'model a {\n p = {\n x = 1\n y = 2\n}\n}');
});

test('line ends of all systems, tabs, a byte order mark and comments', () => {
  same('swin 1\nmodel a {\n x = 1\n}\n', '\uFEFFswin 1\r\nmodel a {\r\n\tx = 1 // one\r\n}\r\n// end');
  same('swin 1\nmodel a {\n x = 1\n}\n', 'swin 1\rmodel a {\r x = 1\r}');
});

test('keywords are soft', () => {
  same('model a {\n x = b\n}', 'model a {\n x = b\n}');
  assert.ok(
    tree('model model extends swin {\n stage = in\n assert = and\n case.vary = f(or: as)\n assert import > sweep\n}'),
  );
});

test('names hold hyphens, and a minus sign stands between spaces', () => {
  assert.deepEqual(tree('model a-b-c {\n assert x-y - z == 1\n}'), [
    {
      kind: 'model',
      name: {},
      statements: [
        {
          kind: 'assert',
          expression: {
            kind: 'chain',
            first: { kind: 'chain', first: { kind: 'name' }, rest: [{ operator: '-', operand: { kind: 'name' } }] },
            rest: [{ operator: '==', operand: { kind: 'number', value: 1 } }],
          },
        },
      ],
    },
  ]);
});

test('what binds tighter', () => {
  const withoutGroups = (text: string): unknown =>
    JSON.parse(JSON.stringify(tree(`model a {\n assert ${text}\n}`)), (_, node) =>
      node?.kind === 'group' ? node.inner : node,
    );
  const flat = 'a + b * c == d or e in 1..2 + 3 and f < g - h - i';
  const grouped = '((a + (b * c)) == d) or ((e in (1..(2 + 3))) and (f < (g - h - i)))';
  assert.deepEqual(withoutGroups(flat), withoutGroups(grouped));
  assert.notDeepEqual(withoutGroups('a + b * c == d'), withoutGroups('(a + b) * c == d'));
});

test('numbers', () => {
  const value = (text: string): unknown => {
    const [statement] = parse({ file: 'a', text: `model a {\n x = ${text}\n}` }).value.statements;
    const [assignment] = statement?.kind === 'model' ? statement.statements : [];
    return assignment?.kind === 'assignment' && assignment.value.kind === 'number' ? assignment.value.value : undefined;
  };
  assert.deepEqual(['1', '87_768_224', '1e-5', '2.5', '4k', '30M', '1.5G', '2KiB', '3MiB', '1GiB', '-7'].map(value), [
    1,
    87_768_224,
    1e-5,
    2.5,
    4000,
    3e7,
    1.5e9,
    2048,
    3 * 2 ** 20,
    2 ** 30,
    -7,
  ]);
  assert.deepEqual(['1__0', '1_', '4K', '1e999', '0x10', '7px', '1.5.2'].map(value), Array(7).fill(undefined));
});

test('documentation is kept', () => {
  const { value } = parse({
    file: 'a',
    text: '/// One.\n/// Two.\nmodel a {\n  /// Of x.\n  x = 1\n}\n// no\nmodel b { }\n',
  });
  const models = value.statements.filter(
    (each): each is Extract<Statement, { kind: 'model' | 'sweep' }> => 'name' in each,
  );
  assert.deepEqual(
    models.map((model) => model.documentation),
    ['One.\nTwo.', ''],
  );
  const [assignment] = models[0]?.statements ?? [];
  assert.equal(assignment?.kind === 'assignment' && assignment.documentation, 'Of x.');
  assert.equal(value.comments.length, 4);
});

test('`///` documents what is first on the next line, and only from a line of its own', () => {
  const documented = (text: string): readonly string[] =>
    JSON.stringify(parse({ file: 'a', text }).value.statements).match(/(?<="documentation":")[^"]+/g) ?? [];
  assert.deepEqual(documented('/// a\nmodel a { x = 1 }\n'), ['a']);
  assert.deepEqual(documented('model a { /// no\n x = 1 /// no\n y = 2\n}\n'), []);
  assert.deepEqual(documented('model a {\n/// no\n stage 1 { x = 1 } y = 2\n}\n'), []);
  assert.deepEqual(documented('model a {\n/// no\n\n x = 1 }'), []);
});

test('a line in brackets may begin with a word that is a keyword elsewhere', () => {
  same('model a {\n assert (stage and case in 1..2)\n}', 'model a {\n assert (\nstage and\ncase in 1..2\n)\n}');
});

test('a bracket that holds nothing but empty lines for a long time', () => {
  same(`model a {\n x = [${'\n'.repeat(500_000)}1]\n}`, 'model a {\n x = [1]\n}');
});

test('spans count from 1 in UTF-16 units, and the end is exclusive', () => {
  const { diagnostics } = parse({ file: 'a', text: 'model a {\n  x = "😀" é\n}\n' });
  assert.deepEqual(
    diagnostics.map(({ span }) => span),
    [{ line: 2, column: 12, endLine: 2, endColumn: 13 }],
  );
});

test('mistakes are told in the language’s words', () => {
  assert.deepEqual(messages('model a {\n  x 7\n}'), ['2:5 expected `=`, found `7`']);
  assert.deepEqual(messages('model a {\n  x =\n}'), ['2:6 expected a value, found the end of the line']);
  assert.deepEqual(messages('model a {\n  x = [1, 2\n  y = 3\n}'), ['2:12 expected `]`, found the end of the line']);
  assert.deepEqual(messages('model a {\n  x = 1 y = 2\n}'), ['2:9 expected a new line, found `y`']);
  assert.deepEqual(messages('modle a {\n}'), ['1:1 expected `model`, found `modle`']);
  assert.deepEqual(messages('a {\n}'), ['1:1 expected `model` before the name']);
  assert.deepEqual(messages('model extends b {\n}'), ['1:1 expected a name after `model`']);
  assert.deepEqual(messages('model a b {\n}'), ['1:9 expected `extends` before `b`']);
  assert.deepEqual(messages('model a {\n  3 { depth = 1 }\n}'), ['2:3 expected `stage` before `3`']);
  assert.deepEqual(messages('model a {\n  x = 1\n}\n}'), ['4:1 this `}` closes nothing']);
  assert.deepEqual(messages('model a {\n  x = 1\n'), ['2:8 expected `}`']);
  assert.deepEqual(messages('model a\n  x = 1\n}'), ['1:8 expected `{`']);
  assert.deepEqual(messages('model a {\n  assert\n}'), [
    '2:9 expected a number, a field or a figure, found the end of the line',
  ]);
  assert.deepEqual(messages(') x'), ['1:1 expected a statement, found `)`']);
  assert.deepEqual(messages('model a { x = 1 }\n= 3\nmodel b { y = 1 }'), ['2:1 expected a statement, found `=`']);
});

test('a statement after a stray brace still belongs to the model before it', () => {
  const { value } = parse({ file: 'a', text: 'model a {\n  x = 1 }\n  y = 2\n}\nmodel b { }\n' });
  assert.deepEqual(
    value.statements.map((each) => ('statements' in each ? each.statements.length : -1)),
    [2, 0],
  );
});

test('64 brackets nest, and more do not cost the rest of the file', () => {
  const nested = (depth: number): string => `model a {\n x = ${'['.repeat(depth)}${']'.repeat(depth)}\n y = 1\n}`;
  assert.deepEqual(messages(nested(63)), []);
  assert.equal(messages(nested(64)).length, 1);
  const { value, diagnostics } = parse({ file: 'a', text: nested(200_000) });
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['SW011'],
  );
  const [model] = value.statements;
  assert.equal(model !== undefined && 'statements' in model && model.statements.length, 2);
});

test.run();
