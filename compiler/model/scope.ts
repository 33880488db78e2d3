import type { Declaration, Name } from '../../grammar/ast.ts';
import { diagnose } from '../../grammar/diagnostic.ts';
import type { Span } from '../../grammar/source.ts';
import type { Report, Unit } from './load.ts';

/** A model or sweep with the file it stands in. */
export interface Declared {
  readonly declaration: Declaration;
  readonly file: string;
}

/** The names that a file can use: its own and those of the files that it imports, not of those that they import. */
export type Scope = ReadonlyMap<string, Declared>;

export interface Names {
  /** What each file declares, by path and in order; of two with one name the first. */
  readonly declared: ReadonlyMap<string, readonly Declared[]>;
  /** What each file can use, by path. */
  readonly scopes: ReadonlyMap<string, Scope>;
}

export function bindNames(units: readonly Unit[], report: Report): Names {
  const own = new Map(units.map((unit) => [unit.path, declareOwn(unit, report)]));
  return {
    declared: new Map([...own].map(([path, scope]) => [path, [...scope.values()]])),
    scopes: new Map(units.map((unit) => [unit.path, withImports(unit, own, report)])),
  };
}

function declareOwn(unit: Unit, report: Report): Scope {
  const scope = new Map<string, Declared>();
  for (const declaration of unit.ast.statements) {
    if (declaration.kind !== 'model' && declaration.kind !== 'sweep') continue;
    const earlier = scope.get(declaration.name.text);
    if (earlier === undefined) scope.set(declaration.name.text, { declaration, file: unit.path });
    else report(duplicate(unit.path, declaration.name, declaration.name.span, earlier));
  }
  return scope;
}

function withImports(unit: Unit, own: ReadonlyMap<string, Scope>, report: Report): Scope {
  const scope = new Map(own.get(unit.path));
  for (const { statement, path } of unit.imports) {
    if (statement.alias !== undefined) continue;
    for (const [name, declared] of own.get(path) ?? []) {
      const earlier = scope.get(name);
      if (earlier === undefined) scope.set(name, declared);
      else if (earlier !== declared) report(duplicate(unit.path, declared.declaration.name, statement.span, earlier));
    }
  }
  return scope;
}

function duplicate(file: string, name: Name, span: Span, earlier: Declared): ReturnType<typeof diagnose> {
  return diagnose(file, {
    code: 'SW030',
    message: `the name \`${name.text}\` is taken`,
    span,
    notes: [{ message: 'it is declared here too', file: earlier.file, span: earlier.declaration.name.span }],
    help: 'give one of them another name',
  });
}
