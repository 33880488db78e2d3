import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'uvu';
import type { Ast } from '../../grammar/ast.ts';
import { parse } from '../../grammar/parse.ts';
import { print } from '../../grammar/print.ts';
import { isSameTree, withoutSpans } from '../../grammar/same-tree.ts';
import { examples } from '../model/catalogue.ts';
import { checkGolden } from '../support/golden-text.ts';
import { messySpec } from '../support/messy-spec.ts';
import { specTree } from '../support/random-spec.ts';
import { specFiles } from '../support/spec-files.ts';

const randomSpecs = 2000;

function tree(text: string): Ast {
  const { value, diagnostics } = parse({ file: 'random.swin', text });
  assert.deepEqual(diagnostics, [], text);
  return value;
}

/** The formatted text, which says what the text says and does not change when it is formatted again. */
function check(text: string, before = tree(text)): string {
  const formatted = print(before);
  const after = tree(formatted);
  if (!isSameTree(after, before))
    assert.deepEqual(withoutSpans(after), withoutSpans(before), `${text}\n==>\n${formatted}`);
  assert.equal(print(after), formatted);
  assert.doesNotMatch(formatted, /[ \t]\n|\r|\n\n\n|\{\n\n|\n\n *\}|^\n|\n\n$/);
  return formatted;
}

/** As random trees are made: without what random comments document. */
function undocumented(ast: Ast): Ast {
  const statements: Ast['statements'] = JSON.parse(
    JSON.stringify(ast.statements, (key, value) => (key === 'documentation' ? '' : value)),
  );
  return { ...ast, statements, comments: [] };
}

test(`${randomSpecs} random specs keep their meaning and comments, and are formatted once and for all`, () => {
  fc.assert(
    fc.property(specTree, fc.nat(), (ast, seed) => {
      const text = messySpec(ast, seed);
      const read = tree(text);
      assert.ok(isSameTree(undocumented(read), ast), text);
      check(text, read);
    }),
    { numRuns: randomSpecs, seed: 3, includeErrorInReport: true },
  );
});

test('a tree that no text was read into prints too', () => {
  fc.assert(
    fc.property(specTree, (ast) => {
      assert.deepEqual(withoutSpans(tree(print(ast))), withoutSpans(ast));
    }),
    { numRuns: 200, seed: 4, includeErrorInReport: true },
  );
});

for (const [file, text] of specFiles()) {
  test(`${file} is formatted`, () => assert.equal(check(text), text, `swinc fmt specs/${file} formats it`));
}

test('the documents show what the formatter writes', () => {
  for (const name of ['README.md', 'LANGUAGE.md']) {
    const document = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
    for (const [, text = ''] of document.matchAll(/```swin\n(swin 1[\s\S]*?)```/g))
      assert.equal(text, check(text), name);
  }
});

test('the examples of the catalogue keep their meaning', () => {
  const readable = examples
    .flatMap(({ wrong, right }) => [wrong, right])
    .filter((text) => parse({ file: 'a', text }).diagnostics.length === 0);
  assert.ok(readable.length > examples.length);
  for (const text of readable) check(text);
});

const samples = new URL('format/', import.meta.url);

for (const name of readdirSync(samples).filter((each) => each.endsWith('.swin'))) {
  test(`sample ${name}`, () => {
    const formatted = check(readFileSync(new URL(name, samples), 'utf8'));
    checkGolden(new URL(name.replace('.swin', '.expected.txt'), samples), formatted);
  });
}

test('line ends of all systems, a byte order mark and a missing last line end', () => {
  assert.equal(check('\uFEFFswin 1\r\n// one  \r\n\r\n\r\nmodel a { }'), 'swin 1\n// one\n\nmodel a { }\n');
  assert.equal(check('swin 1\r// one\r'), 'swin 1\n// one\n');
  assert.equal(check(''), '');
  assert.equal(check('// only'), '// only\n');
});

test('strings and numbers stay as they are written; what has no text is spelt', () => {
  const text = 'swin 1\nimport "./\\u0061.swin"\nmodel a { x = ["\\/", 1_0.50, 4k, "\\u00e9"] }\n';
  assert.equal(check(text), text);
  const [version, imported] = tree(text).statements;
  if (version?.kind !== 'version' || imported?.kind !== 'import') throw new Error('two statements are missing');
  const { written: _, ...bare } = imported.specifier;
  const made = print({ file: 'a', statements: [{ ...imported, specifier: bare }], comments: [] });
  assert.equal(made, 'import "./a.swin"\n');
});

test('a file of nothing but comments, or of one list, is no deeper than another', () => {
  const lines = (text: string): number => print(tree(text)).split('\n').length;
  assert.equal(lines(`model a {\n${'//\n'.repeat(150_000)}}`), 150_003);
  assert.equal(lines(`model a {\n x = [${'//\n'.repeat(150_000)}1]\n}`), 150_006);
  assert.ok(lines(`model a {\n x = [${'1,'.repeat(150_000)}1]\n}`) > 3000);
});

test.run();
