/** model.ts with the JavaScript and the declarations that TypeScript makes of it. */
import { IndentationText, ModuleKind, NewLineKind, Project, QuoteKind, ScriptTarget } from 'ts-morph';
import { type ModelParts, writeModelSource } from './model-source.ts';

export interface CompiledSource {
  readonly source: string;
  readonly script: string;
  readonly types: string;
}

/**
 * Without the standard library, whose reading would take seconds: nothing is inferred from it, because all that is
 * exported says its type.
 */
export function compileModelSource(parts: ModelParts): CompiledSource {
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: {
      target: ScriptTarget.ES2022,
      module: ModuleKind.ES2022,
      newLine: 1,
      declaration: true,
      noLib: true,
      noResolve: true,
      // We wrote it ourselves: nothing is to be found, and comparing the types of a thousand literals takes a second.
      noCheck: true,
      types: [],
    },
    manipulationSettings: {
      indentationText: IndentationText.TwoSpaces,
      newLineKind: NewLineKind.LineFeed,
      quoteKind: QuoteKind.Single,
    },
  });
  const file = project.createSourceFile('/model.ts');
  writeModelSource(file, parts);
  const emitted = new Map<string, string>(
    project
      .emitToMemory()
      .getFiles()
      .map(({ filePath, text }) => [filePath, text]),
  );
  const read = (path: string): string => {
    const text = emitted.get(path);
    if (text === undefined) throw new Error(`TypeScript wrote no ${path}`);
    return text;
  };
  return { source: file.getFullText(), script: read('/model.js'), types: read('/model.d.ts') };
}
