import { type Diagnostic, diagnose, hasErrors } from '../../grammar/diagnostic.ts';
import { leftOut } from '../../grammar/parse.ts';
import { checkFile } from './file-rules.ts';
import { type ResolvedModel, resolveDeclared, type World } from './heirs.ts';
import type { SourceHost } from './host.ts';
import { limits } from './limits.ts';
import { load, type Report, type Unit } from './load.ts';
import { type ResolvedSweep, type ResolvedVariant, resolveSweep } from './resolve-sweep.ts';
import { bindNames, type Declared } from './scope.ts';

export type { ResolvedModel, ResolvedSweep, ResolvedVariant };

export interface Resolved {
  /** The entry's path as the host knows it. */
  readonly file: string;
  /** The models of the entry file, in order. */
  readonly models: readonly ResolvedModel[];
  /** The sweeps of the entry file, in order. */
  readonly sweeps: readonly ResolvedSweep[];
}

/** The models of a file and the variants of its sweeps. */
export function allModels({ models, sweeps }: Resolved): readonly (ResolvedModel | ResolvedVariant)[] {
  return [...models, ...sweeps.flatMap(({ variants }) => variants)];
}

export interface Resolution {
  readonly value: Resolved;
  /** In the order of the files and their lines: everything about the entry, and the errors of what it imports. */
  readonly diagnostics: readonly Diagnostic[];
}

/** From a file to its models and sweeps. Never throws: whatever is wrong is a diagnostic, and one run shows them all. */
export function resolve(entry: string, host: SourceHost): Resolution {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => diagnostics.push(diagnostic);
  const units = load(entry, host, report);
  for (const unit of units) checkFile(unit, report);
  const { declared, scopes } = bindNames(units, report);
  const world: World = { scopes, outcomes: new Map() };
  const file = units[0]?.path ?? entry;
  const value = resolveAll(file, [...declared.values()].flat(), world, report);
  const shown = diagnostics.filter((each) => each.file === file || each.severity === 'error');
  return { value, diagnostics: inReadingOrder(shown, units) };
}

/** The models of every file, so that each is judged; the sweeps of the entry alone, for no other file can name a variant. */
function resolveAll(file: string, declared: readonly Declared[], world: World, report: Report): Resolved {
  const models: ResolvedModel[] = [];
  const sweeps: ResolvedSweep[] = [];
  const budget = { variants: limits.variants };
  for (const member of declared) {
    if (member.declaration.kind === 'model') {
      const outcome = resolveDeclared(member, world);
      outcome.diagnostics.forEach(report);
      if (member.file === file) models.push(outcome.resolved);
    } else if (member.file === file) {
      sweeps.push(resolveSweep(member, world, budget, report));
    }
  }
  return { file, models, sweeps };
}

/** File by file and line by line; of a file with very many, the first ones. */
function inReadingOrder(diagnostics: readonly Diagnostic[], units: readonly Unit[]): readonly Diagnostic[] {
  const files = [...new Set([...units.map((unit) => unit.path), ...diagnostics.map((each) => each.file)])];
  const byFile = new Map(files.map((file): [string, Diagnostic[]] => [file, []]));
  for (const diagnostic of diagnostics) byFile.get(diagnostic.file)?.push(diagnostic);
  return [...byFile].flatMap(([file, found]) => shorten(file, found.sort(byPlace)));
}

function byPlace(first: Diagnostic, second: Diagnostic): number {
  return first.span.line - second.span.line || first.span.column - second.span.column;
}

function shorten(file: string, found: readonly Diagnostic[]): readonly Diagnostic[] {
  const shown = found.slice(0, limits.diagnostics);
  const hidden = found.slice(limits.diagnostics);
  const last = shown.at(-1);
  if (last === undefined || hidden.length === 0) return shown;
  const severity = hasErrors(hidden) ? 'error' : 'note';
  return [...shown, diagnose(file, { ...leftOut(hidden.length, last.span), severity })];
}
