/** The project's own sources, as syntax. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const folders: readonly string[] = ['grammar', 'compiler', 'runtime', 'examples', 'test'];

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  /** Paths from the root for our own files, else the names as they are written. */
  readonly imports: readonly string[];
  readonly syntax: ts.SourceFile;
}

export function readSourceFiles(): readonly SourceFile[] {
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
  return [...inFolders, 'build.ts'].sort().map(readSourceFile);
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lines = syntax.getLineAndCharacterOfPosition(text.length).line;
  return { path, lines, imports: importsOf(path, text), syntax };
}

/** Static, dynamic and type imports, and exports from elsewhere. */
function importsOf(path: string, text: string): readonly string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => (fileName.startsWith('.') ? join(dirname(path), fileName) : fileName));
}

/** Every node of the syntax tree, the outer before the inner. */
export function* descendants(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) yield* descendants(child);
}
