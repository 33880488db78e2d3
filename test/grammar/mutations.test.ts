/** Random damage to the specs: parsing and resolving answer with diagnostics, never with a throw, and never hang. */
import assert from 'node:assert/strict';
import { test } from 'uvu';
import { evaluateAssertions } from '../../compiler/model/assertions/evaluate.ts';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import { allModels, resolve } from '../../compiler/model/resolve.ts';
import { titles } from '../../grammar/codes.gen.ts';
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';
import { splitLines } from '../../grammar/source.ts';
import { closedForm } from '../support/closed-form.ts';
import { mutate, randomFrom } from '../support/mutations.ts';
import { mutationCount } from '../support/scale.ts';
import { specFiles } from '../support/spec-files.ts';

const cases = mutationCount();
/** Far beyond what a spec of this size takes, even on a busy machine. */
const slowest = 10_000;

const vocabulary = [
  ...['{', '}', '[', ']', '(', ')', ',', ':', '=', '==', '..', '.', '\n', '"', '//', '///', ' - ', '-', '/', '\\'],
  ...['swin', 'import', 'as', 'model', 'extends', 'stage', 'sweep', 'vary', 'case', 'assert', 'in', 'and', 'or'],
  ...['stage 3 { depth = 12 }', 'window = cycle(4, 8)', 'shift = cycle(0, 9)', 'norm = batch(per: token)', 'global'],
  ...['clamp = off', 'clamp = both', 'pad = before-shift', 'size(4, 8)', 'features = [1, 2, 3, 9]', 'norm = none'],
  ...[
    '0',
    '-1',
    '1e400',
    '16777216',
    '16777217',
    '9007199254740993',
    '99999999999999999999',
    '4k',
    '1GiB',
    '0.1',
    '7_',
  ],
  ...['assert windows == [1]', 'assert params / 0 > 1', 'assert memory in 1..2', 'params', 'macs', 'tokens', 'dim'],
  ...[
    '[[[[[[[[[[[[[[[[[[[[[[',
    '((((((((((((((((((((((((((((((((((((((',
    '\u0000',
    '\uD800',
    'é',
    '\t',
    '\r',
    '\uFEFF',
  ],
];

function damaged(seed: number, texts: readonly string[]): string {
  const random = randomFrom(seed);
  const pick = (): string => texts[Math.floor(random() * texts.length)] ?? '';
  const text = random() < 0.2 ? splice(pick(), pick(), random) : pick();
  return new TextDecoder().decode(mutate(new TextEncoder().encode(text), random, vocabulary));
}

/** The beginning of one text and the end of another. */
function splice(first: string, second: string, random: () => number): string {
  return first.slice(0, random() * first.length) + second.slice(random() * second.length);
}

/** Everything that a reader of diagnostics relies on. */
function check(diagnostic: Diagnostic, text: string): void {
  const { code, message, file, span } = diagnostic;
  assert.ok(code in titles);
  assert.ok(message.length > 0 && !/\.$|undefined|NaN|\[object/.test(message), message);
  assert.ok(span.line >= 1 && span.column >= 1, JSON.stringify(diagnostic));
  assert.ok(span.endLine > span.line || (span.endLine === span.line && span.endColumn >= span.column));
  if (file !== 'damaged.swin') return;
  const lines = splitLines(text);
  assert.ok(span.endLine <= lines.length, JSON.stringify(diagnostic));
  assert.ok(span.column <= (lines[span.line - 1] ?? '').length + 1, JSON.stringify(diagnostic));
}

test(`${cases} damaged specs give diagnostics`, () => {
  const files = Object.fromEntries(specFiles());
  const texts = Object.values(files);
  for (let seed = 0; seed < cases; seed += 1) {
    const text = damaged(seed, texts);
    const started = performance.now();
    try {
      const host = memoryHost({ ...files, 'damaged.swin': text });
      const { value, diagnostics } = resolve('damaged.swin', host);
      const judged = allModels(value).flatMap((resolved) =>
        resolved.model === undefined ? [] : evaluateAssertions(resolved, closedForm(resolved.model)),
      );
      for (const diagnostic of [...diagnostics, ...judged]) check(diagnostic, text);
      printDiagnostics(diagnostics, { read: (file) => host.read(file), color: seed % 2 === 0 });
    } catch (error) {
      throw new Error(`seed ${seed} throws on:\n${text}`, { cause: error });
    }
    assert.ok(performance.now() - started < slowest, `seed ${seed} takes too long on:\n${text}`);
  }
});

test.run();
