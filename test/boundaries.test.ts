/** The rules of the house, as ARCHITECTURE.md and CONTRIBUTING.md state them: who imports whom, and how long things get. */
import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { descendants, readSourceFiles, type SourceFile } from './support/source-files.ts';

const test = suite('boundaries');

const files = readSourceFiles();
const written = files.filter(({ path }) => !path.endsWith('.gen.ts'));

const mostLinesPerFile = 400;
const mostLinesPerFunction = 60;

/** What the compiler knows of the runtime: the contract between them, and the formats that both read and write. */
const sharedWithCompiler: readonly string[] = [
  'runtime/plan.ts',
  'runtime/byte-source.ts',
  'runtime/select.ts',
  'runtime/tuning.ts',
  'runtime/validate-plan.ts',
  'runtime/kernels/manifest.ts',
  'runtime/kernels/manifest.gen.ts',
  'runtime/shader-constants.ts',
  'runtime/safetensors.ts',
  'runtime/float16.ts',
];

/** Everything else must load in a browser. */
const mayUseNode: readonly string[] = [
  'compiler/cli/',
  'compiler/targets/typescript',
  'runtime/node.ts',
  'build.ts',
  'test/',
];

interface Rule {
  readonly law: string;
  readonly holds: (importer: string, imported: string) => boolean;
  /** An import that breaks it. */
  readonly example: readonly [importer: string, imported: string];
}

const isUnder = (path: string, ...prefixes: readonly string[]) => prefixes.some((prefix) => path.startsWith(prefix));
const isOurs = (path: string) => isUnder(path, 'grammar/', 'compiler/', 'runtime/', 'examples/', 'test/', '../');
const isCommandLine = (path: string) => isUnder(path, 'compiler/cli/');

const rules: readonly Rule[] = [
  {
    law: 'grammar imports nothing of ours',
    holds: (importer, imported) => !isUnder(importer, 'grammar/') || isUnder(imported, 'grammar/') || !isOurs(imported),
    example: ['grammar/parser.ts', 'compiler/model/model.ts'],
  },
  {
    law: 'runtime imports nothing of ours',
    holds: (importer, imported) => !isUnder(importer, 'runtime/') || isUnder(imported, 'runtime/') || !isOurs(imported),
    example: ['runtime/load.ts', 'grammar/ast.ts'],
  },
  {
    law: 'the compiler imports grammar, and of the runtime only what they share; its command line may run models',
    holds: (importer, imported) =>
      !isUnder(importer, 'compiler/') ||
      !isOurs(imported) ||
      isUnder(imported, 'compiler/', 'grammar/') ||
      (isUnder(imported, 'runtime/') && (isCommandLine(importer) || sharedWithCompiler.includes(imported))),
    example: ['compiler/compile.ts', 'runtime/executor.ts'],
  },
  {
    law: 'nothing imports the command line, but itself and tests',
    holds: (importer, imported) => !isCommandLine(imported) || isCommandLine(importer) || isUnder(importer, 'test/'),
    example: ['compiler/compile.ts', 'compiler/cli/main.ts'],
  },
  {
    law: 'only programs and emitters use Node and ts-morph',
    holds: (importer, imported) =>
      !(isUnder(imported, 'node:') || imported === 'ts-morph') || isUnder(importer, ...mayUseNode, 'examples/'),
    example: ['compiler/compile.ts', 'node:fs'],
  },
  {
    law: 'only tests and the build know the test tools',
    holds: (importer, imported) =>
      !['uvu', 'uvu/assert', 'fast-check', 'playwright-core', 'esbuild', 'typescript'].includes(imported) ||
      isUnder(importer, 'test/', 'build.ts'),
    example: ['compiler/compile.ts', 'typescript'],
  },
];

for (const { law, holds, example } of rules) {
  test(law, () => {
    assert.not(holds(...example));
    const broken = files.flatMap(({ path, imports }) =>
      imports.filter((imported) => !holds(path, imported)).map((imported) => `${path} imports ${imported}`),
    );
    none(broken);
  });
}

test(`no file is longer than ${mostLinesPerFile} lines`, () => {
  none(written.filter(({ lines }) => lines > mostLinesPerFile).map(({ path, lines }) => `${path}: ${lines} lines`));
});

test(`no function is longer than ${mostLinesPerFunction} lines`, () => {
  none(written.flatMap((file) => [...descendants(file.syntax)].flatMap((node) => tooLong(file, node))));
});

test('nothing is asserted to be any', () => {
  const isAny = (node: ts.Node) =>
    (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) && node.type.kind === ts.SyntaxKind.AnyKeyword;
  none(
    written.flatMap((file) =>
      [...descendants(file.syntax)].filter(isAny).map((node) => `${place(file, node)}: ${node.getText(file.syntax)}`),
    ),
  );
});

function tooLong(file: SourceFile, node: ts.Node): readonly string[] {
  if (!ts.isFunctionLike(node)) return [];
  const lines = lineOf(file, node.getEnd()) - lineOf(file, node.getStart(file.syntax)) + 1;
  return lines > mostLinesPerFunction ? [`${place(file, node)}: ${lines} lines`] : [];
}

function place(file: SourceFile, node: ts.Node): string {
  return `${file.path}:${lineOf(file, node.getStart(file.syntax))}`;
}

function lineOf(file: SourceFile, position: number): number {
  return file.syntax.getLineAndCharacterOfPosition(position).line + 1;
}

function none(found: readonly string[]): void {
  assert.is(found.length, 0, `\n${found.join('\n')}`);
}

test.run();
