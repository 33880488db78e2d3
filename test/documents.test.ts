/** What the documents show is true: their specs check, and the language's reference knows every field. */
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { figuresOf, memoryOf } from '../compiler/compile.ts';
import { evaluateAssertions } from '../compiler/model/assertions/evaluate.ts';
import { modelFields, stageFields } from '../compiler/model/fields/table.ts';
import { memoryHost } from '../compiler/model/memory-host.ts';
import { allModels, resolve } from '../compiler/model/resolve.ts';
import { specFiles } from './support/spec-files.ts';

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

for (const name of ['README.md', 'LANGUAGE.md']) {
  const specs = [...read(name).matchAll(/```swin\n(swin 1[\s\S]*?)```/g)].map(([, text = '']) => text);

  test(`the specs of ${name} have no errors, and their assertions hold`, () => {
    assert.ok(specs.length > 0);
    for (const text of specs) {
      const { value, diagnostics } = resolve(
        'shown.swin',
        memoryHost({ ...Object.fromEntries(specFiles()), 'shown.swin': text }),
      );
      const judged = allModels(value).flatMap((resolved) =>
        resolved.model
          ? evaluateAssertions(resolved, { ...figuresOf(resolved.model), memory: memoryOf(resolved.model) })
          : [],
      );
      const errors = [...diagnostics, ...judged].filter(({ severity }) => severity === 'error');
      assert.equal(errors, []);
    }
  });
}

test('LANGUAGE.md has every field', () => {
  const text = read('LANGUAGE.md');
  const missing = [...Object.keys(modelFields), ...Object.keys(stageFields)].filter(
    (field) => !text.includes(`\`${field}\``),
  );
  assert.equal(missing, []);
});

test('the documents link to files that exist', () => {
  for (const name of ['README.md', 'LANGUAGE.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    for (const [, target = ''] of read(name).matchAll(/\]\((?!http)([^)#]+)\)/g)) {
      assert.ok(existsSync(new URL(`../${target}`, import.meta.url)), `${name} links to ${target}`);
    }
  }
});

test.run();
