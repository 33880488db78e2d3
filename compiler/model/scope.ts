import type { Declaration, Name } from '../../grammar/ast.ts';
import { diagnose } from '../../grammar/diagnostic.ts';
import type { Span } from '../../grammar/source.ts';
import type { Report, Unit } from './load.ts';

/** A model or sweep with the file it stands in. */
export interface Declared {
  readonly declaration: Declaration;
  readonly file: string;
}

/**
 * The names that a file can use: its own and those of the files that it imports, not of those that they import. What
 * `import … as free` brings is called `free.NAME`.
 */
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
    else report(duplicate(unit.path, declaration.name, declaration.name.span, placeOf(earlier)));
  }
  return scope;
}

function withImports(unit: Unit, own: ReadonlyMap<string, Scope>, report: Report): Scope {
  const scope = new Map(own.get(unit.path));
  const aliases = new Map<string, { readonly name: Name; readonly path: string }>();
  for (const { statement, path } of unit.imports) {
    const { alias } = statement;
    const taken = alias && aliases.get(alias.text);
    if (alias !== undefined && taken !== undefined && taken.path !== path) {
      report(duplicate(unit.path, alias, alias.span, { file: unit.path, name: taken.name }));
      continue;
    }
    if (alias !== undefined) aliases.set(alias.text, { name: alias, path });
    for (const [local, declared] of own.get(path) ?? []) {
      const name = alias === undefined ? local : `${alias.text}.${local}`;
      const earlier = scope.get(name);
      if (earlier === undefined) scope.set(name, declared);
      else if (earlier !== declared)
        report(duplicate(unit.path, declared.declaration.name, statement.span, placeOf(earlier)));
    }
  }
  return scope;
}

interface NamedPlace {
  readonly file: string;
  readonly name: Name;
}

function placeOf({ file, declaration }: Declared): NamedPlace {
  return { file, name: declaration.name };
}

function duplicate(file: string, name: Name, span: Span, earlier: NamedPlace): ReturnType<typeof diagnose> {
  return diagnose(file, {
    code: 'SW030',
    message: `the name \`${name.text}\` is taken`,
    span,
    notes: [{ message: 'it is declared here too', file: earlier.file, span: earlier.name.span }],
    help: 'give one of them another name',
  });
}
