import type { Ast, Import } from '../../grammar/ast.ts';
import { type Diagnostic, diagnose, type Finding } from '../../grammar/diagnostic.ts';
import { limits as textLimits } from '../../grammar/limits.ts';
import { parse } from '../../grammar/parse.ts';
import { startOfFile } from '../../grammar/source.ts';
import type { Located, SourceHost } from './host.ts';
import { limits } from './limits.ts';

export interface Unit {
  readonly path: string;
  readonly ast: Ast;
  /** The imports that lead to a source, in order. */
  readonly imports: readonly { readonly statement: Import; readonly path: string }[];
}

export type Report = (diagnostic: Diagnostic) => void;

/** Reads and parses the entry and whatever it imports, each file once. The entry comes first. */
export function load(entry: string, host: SourceHost, report: Report): readonly Unit[] {
  const first = host.locate(entry, undefined);
  if (first.kind !== 'found') {
    report(diagnose(entry, { ...unlocated(entry, first), span: startOfFile }));
    return [];
  }
  const units: Unit[] = [];
  const waiting = [first.path];
  const seen = new Set(waiting);
  const budget = { imports: limits.imports };
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const unit = loadUnit(path, host, report, budget);
    units.push(unit);
    for (const imported of unit.imports) {
      if (seen.has(imported.path)) continue;
      seen.add(imported.path);
      waiting.push(imported.path);
    }
  }
  return units;
}

function loadUnit(path: string, host: SourceHost, report: Report, budget: { imports: number }): Unit {
  const text = host.read(path);
  if (text === undefined) report(diagnose(path, { ...unlocated(path, { kind: 'missing' }), span: startOfFile }));
  const parsed = parse({ file: path, text: text ?? '' });
  parsed.diagnostics.forEach(report);
  const imports = parsed.value.statements.flatMap((statement) => {
    if (statement.kind !== 'import') return [];
    budget.imports -= 1;
    const located = locateImport(statement, path, host, budget.imports);
    if ('code' in located) report(diagnose(path, located));
    return 'code' in located ? [] : [{ statement, path: located.path }];
  });
  return { path, ast: parsed.value, imports };
}

function locateImport(statement: Import, from: string, host: SourceHost, left: number): Finding | { path: string } {
  const { text, span } = statement.specifier;
  if (left < 0) return tooMany(span);
  if (!isLocal(text)) {
    return {
      code: 'SW022',
      message: `${JSON.stringify(text)} is not a relative path`,
      span,
      help: 'write a path that starts with `./` or `../`, with `/` between folders',
    };
  }
  const located = host.locate(text, from);
  return located.kind === 'found' ? located : { ...unlocated(text, located), span };
}

function isLocal(specifier: string): boolean {
  return /^\.\.?\//.test(specifier) && !/[\\\p{Cc}]/u.test(specifier);
}

function tooMany(span: Finding['span']): Finding {
  return {
    code: 'SW023',
    message: `a spec may import no more than ${limits.imports} times, counting the imports of what it imports`,
    span,
    help: 'put models that belong together into one file',
  };
}

function unlocated(name: string, located: Exclude<Located, { kind: 'found' }>): Omit<Finding, 'span'> {
  switch (located.kind) {
    case 'missing':
      return { code: 'SW020', message: `there is no file ${JSON.stringify(name)}`, help: 'correct the path' };
    case 'link':
      return {
        code: 'SW020',
        message: `${JSON.stringify(name)} is a symbolic link, which is not followed within a revision`,
        help: 'import the file that it leads to',
      };
    case 'outside':
      return {
        code: 'SW021',
        message: `${JSON.stringify(name)} lies outside of the root \`${located.root}\``,
        help: 'move the file below the root, or name a root that holds both with `--root`',
      };
    case 'too-large':
      return {
        code: 'SW010',
        message: `${JSON.stringify(name)} has ${located.bytes} bytes, more than the ${textLimits.fileLength} that a spec may have`,
        help: 'split it and import the parts',
      };
  }
}
