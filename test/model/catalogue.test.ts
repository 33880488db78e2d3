import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import { evaluateAssertions } from '../../compiler/model/assertions/evaluate.ts';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import { allModels, resolve } from '../../compiler/model/resolve.ts';
import { selectModel } from '../../compiler/model/select.ts';
import { titles } from '../../grammar/codes.gen.ts';
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import { generateCodes } from '../../grammar/generate-codes.ts';
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';
import { closedForm } from '../support/closed-form.ts';
import { checkGolden } from '../support/golden-text.ts';
import { base, catalogueText, examples } from './catalogue.ts';

const root = new URL('../../', import.meta.url);

function diagnose(text: string, file = 'example.swin'): readonly Diagnostic[] {
  const host = memoryHost({ [file]: text, 'base.swin': base });
  const { value, diagnostics } = resolve(file, host);
  const judged = allModels(value).flatMap((resolved) =>
    resolved.model === undefined ? [] : evaluateAssertions(resolved, closedForm(resolved.model)),
  );
  return [...diagnostics, ...judged];
}

function codes(text: string): readonly string[] {
  return diagnose(text).map((diagnostic) => diagnostic.code);
}

for (const { code, wrong, right } of examples) {
  test(`${code}: the first example has it, the second has not`, () => {
    assert.ok(codes(wrong).includes(code), `the wrong example of ${code} gives ${codes(wrong).join(' ') || 'nothing'}`);
    assert.deepEqual(
      diagnose(right).filter((diagnostic) => diagnostic.severity === 'error' || diagnostic.code === code),
      [],
    );
  });
}

test('the sentences of the examples are as recorded', () => {
  const printed = examples.map(({ code, wrong }) => {
    const read = (file: string): string => (file === 'base.swin' ? base : wrong);
    return `=== ${code}\n${printDiagnostics(diagnose(wrong), { read, color: false })}`;
  });
  checkGolden(new URL('catalogue.expected.txt', import.meta.url), printed.join('\n'));
});

/** Codes whose samples are too long to print, or are about the command line; each has a sample here. */
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
const inModel = (body: string): string => `swin 1\nimport "./base.swin"\nmodel example extends base {\n${body}\n}\n`;
const nested = (depth: number): string => inModel(`assert ${'('.repeat(depth)}1${')'.repeat(depth)} == 1`);
const family = (levels: number): string =>
  `swin 1\nimport "./base.swin"\nmodel m0 extends base { }\n${lines(levels, (index) => `model m${index + 1} extends m${index} { }`)}\n`;
const sweepOf = (count: number): string =>
  `swin 1\nimport "./base.swin"\nsweep s extends base {\n  vary mlp in [${Array.from({ length: count }, (_, index) => index + 1).join(', ')}]\n}\n`;
const comment = (length: number): string => `swin 1\n//${'x'.repeat(length - 9)}`;

const longSamples: Readonly<Record<string, readonly [wrong: string, right: string]>> = {
  SW010: [comment(2 ** 20 + 1), comment(2 ** 20)],
  SW011: [nested(64), nested(63)],
  SW012: [inModel(lines(101, () => 'window =')), inModel(lines(100, () => 'window ='))],
  SW023: [
    `swin 1\n${lines(65, () => 'import "./base.swin"')}\n`,
    `swin 1\n${lines(64, () => 'import "./base.swin"')}\n`,
  ],
  SW033: [family(31), family(30)],
  SW043: [sweepOf(64 * 64 + 1), sweepOf(64 * 64)],
};

for (const [code, [wrong, right]] of Object.entries(longSamples)) {
  test(`${code}: the bound itself is allowed, one more is not`, () => {
    assert.ok(codes(wrong).includes(code));
    assert.ok(!codes(right).includes(code));
  });
}

test('SW034, SW035: a file alone means its only model', () => {
  const select = (text: string, name?: string): readonly string[] => {
    const { value } = resolve('a.swin', memoryHost({ 'a.swin': text, 'base.swin': base }));
    const selection = selectModel(value, name);
    return [...selection.diagnostics.map((each) => each.code), selection.value?.name ?? '-'];
  };
  const two = 'swin 1\nimport "./base.swin"\nmodel one extends base { }\nmodel two extends base { }\n';
  assert.deepEqual(select(base), ['base']);
  assert.deepEqual(select('swin 1\n'), ['SW034', '-']);
  assert.deepEqual(select(two), ['SW034', '-']);
  assert.deepEqual(select(two, 'two'), ['two']);
  assert.deepEqual(select(two, 'tow'), ['SW035', '-']);
  assert.deepEqual(select(two, 'base'), ['SW035', '-']);
});

test('every code has a sample', () => {
  const sampled = [...examples.map(({ code }) => code), ...Object.keys(longSamples), 'SW034', 'SW035'];
  assert.deepEqual([...new Set(sampled)].sort(), Object.keys(titles).sort());
});

test('the codes are those of the catalogue, and each is used', () => {
  const generated = readFileSync(new URL('grammar/codes.gen.ts', root), 'utf8');
  assert.equal(generated, generateCodes(catalogueText), 'npm run build writes grammar/codes.gen.ts');
  const used = new Set<string>();
  for (const folder of ['grammar/', 'compiler/']) {
    for (const name of readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('.gen.ts')) continue;
      const text = readFileSync(new URL(`${folder}${name}`, root), 'utf8');
      for (const [code] of text.matchAll(/(?<=')SW\d{3}(?=')/g)) used.add(code);
    }
  }
  assert.deepEqual([...used].sort(), Object.keys(titles).sort());
});

test.run();
