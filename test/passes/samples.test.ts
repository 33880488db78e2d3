/**
 * Each file of `samples/PASS/` is a graph, a line `---`, and the graph that the pass makes of it. UPDATE=1 rewrites what
 * follows the line: read the difference before committing it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFactory } from '../../compiler/graph/node.ts';
import { parseGraph } from '../../compiler/graph/parse.ts';
import { printGraph } from '../../compiler/graph/print.ts';
import { verify } from '../../compiler/graph/verify.ts';
import { passes, runPass } from '../../compiler/passes/index.ts';

const folder = fileURLToPath(new URL('samples/', import.meta.url));
const separator = '---\n';

for (const pass of passes) {
  const files = readdirSync(`${folder}${pass.name}`);

  test(`${pass.name} has a sample with nothing to do`, () => {
    assert.ok(files.includes('nothing-to-do.graph'));
  });

  const fired = new Set<string>();
  for (const file of files) {
    test(`${pass.name}: ${file}`, () => {
      const path = `${folder}${pass.name}/${file}`;
      const [input = '', expected] = readFileSync(path, 'utf8').split(separator);
      const factory = createFactory();
      const { graph, explanations } = runPass(parseGraph(input, factory), pass, factory);
      verify(graph);
      for (const { law } of explanations) fired.add(law);
      const actual = printGraph(graph);
      if (process.env['UPDATE'] === '1') writeFileSync(path, `${input}${separator}${actual}`);
      else assert.is(actual, expected, file);
      if (file === 'nothing-to-do.graph') assert.is(actual, printGraph(parseGraph(input)), 'nothing changes');
    });
  }

  test(`every law of ${pass.name} fires in a sample`, () => {
    const silent = pass.rules.filter(({ law }) => !fired.has(law)).map(({ law }) => law);
    assert.equal(silent, []);
  });
}

test.run();
