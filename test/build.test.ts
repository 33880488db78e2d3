/** What `npm run build` leaves in `dist`, as somebody who installs the package meets it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('build');

const root = join(import.meta.dirname, '..');

interface Manifest {
  readonly files: readonly string[];
  readonly bin: { readonly swinc: string };
  readonly exports: { readonly './runtime': { readonly types: string; readonly default: string } };
}

const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

test('there is one: `npm run build` makes it', () => {
  assert.ok(existsSync(join(root, 'dist/runtime.js')));
});

test('the runtime loads in Node without looking for a device', async () => {
  const runtime: Readonly<Record<string, unknown>> = await import(join(root, 'dist/runtime.js'));
  for (const name of ['load', 'preprocess', 'RuntimeError', 'DeviceError'])
    assert.type(runtime[name], 'function', name);
});

test("the runtime's types stand alone", () => {
  const program = ts.createProgram([join(root, 'dist/runtime.d.ts')], {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: [],
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  const messages = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  assert.equal(messages, []);
});

test('the command can be executed', () => {
  const path = join(root, manifest.bin.swinc);
  assert.ok(readFileSync(path, 'utf8').startsWith('#!/usr/bin/env node\n'));
  assert.is(statSync(path).mode & 0o111, 0o111);
});

test('what the manifest names exists: `npm run build` makes it', () => {
  const { types, default: script } = manifest.exports['./runtime'];
  for (const file of [...manifest.files, types, script]) assert.ok(existsSync(join(root, file)), file);
});

test.run();
