import type { Assertion } from '../../grammar/ast.ts';
import { type Diagnostic, diagnose, hasErrors } from '../../grammar/diagnostic.ts';
import { leftOut } from '../../grammar/parse.ts';
import type { Span } from '../../grammar/source.ts';
import { checkAssertion } from './assertions/check.ts';
import { fieldQuantities } from './assertions/names.ts';
import type { Quantity } from './assertions/quantity.ts';
import { buildModel } from './build-model.ts';
import { checkFile } from './file-rules.ts';
import type { SourceHost } from './host.ts';
import { layOutStages, stageWidths } from './layout.ts';
import { limits } from './limits.ts';
import { lineage } from './lineage.ts';
import { load, type Report, type Unit } from './load.ts';
import type { Model } from './model.ts';
import { ownSettings } from './own-settings.ts';
import { readSpecification } from './read-specification.ts';
import { rules } from './rules/index.ts';
import type { Subject } from './rules/rule.ts';
import { bindNames, type Declared, type Scope } from './scope.ts';
import { inherit, noSettings, type Settings } from './settings.ts';
import type { Specification } from './specification.ts';

/** What one model of a line of heirs sets by its own text. */
export interface OwnSettings {
  readonly model: string;
  readonly file: string;
  readonly settings: Settings;
}

export interface ResolvedModel {
  readonly name: string;
  readonly file: string;
  /** Of the model's name. */
  readonly span: Span;
  readonly documentation: string;
  /** What this model and those that it extends set, the oldest first. */
  readonly lineage: readonly OwnSettings[];
  /** Every field as written, with its default where the text has none; undefined where one cannot be read. */
  readonly specification: Specification | undefined;
  /** Undefined when the model has errors. */
  readonly model: Model | undefined;
  /** The model's own, well typed; `evaluateAssertions` judges them once the figures are known. */
  readonly assertions: readonly Assertion[];
  /** What assertions know of the model's fields; empty when the model has errors. */
  readonly quantities: ReadonlyMap<string, Quantity>;
}

export interface Resolved {
  /** The entry's path as the host knows it. */
  readonly file: string;
  /** The models of the entry file, in order. */
  readonly models: readonly ResolvedModel[];
}

export interface Resolution {
  readonly value: Resolved;
  /** In the order of the files and their lines: everything about the entry, and the errors of what it imports. */
  readonly diagnostics: readonly Diagnostic[];
}

/** From a file to its models. Never throws: whatever is wrong is a diagnostic, and one run shows them all. */
export function resolve(entry: string, host: SourceHost): Resolution {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => diagnostics.push(diagnostic);
  const units = load(entry, host, report);
  for (const unit of units) checkFile(unit, report);
  const { declared, scopes } = bindNames(units, report);
  const world: World = { scopes, outcomes: new Map() };
  const file = units[0]?.path ?? entry;
  const models: ResolvedModel[] = [];
  for (const member of [...declared.values()].flat()) {
    if (member.declaration.kind !== 'model') continue;
    const outcome = resolveDeclared(member, world);
    outcome.diagnostics.forEach(report);
    if (member.file === file) models.push(outcome.resolved);
  }
  const shown = diagnostics.filter((each) => each.file === file || each.severity === 'error');
  return { value: { file, models }, diagnostics: inReadingOrder(shown, units) };
}

interface World {
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly outcomes: Map<Declared, Outcome>;
}

interface Outcome {
  readonly resolved: ResolvedModel;
  readonly settings: Settings;
  /** What is new about this model: without what its parent is blamed for already. */
  readonly diagnostics: readonly Diagnostic[];
  /** What holds of this model, by code and sentence, whoever is blamed for it. */
  readonly known: ReadonlySet<string>;
}

function resolveDeclared(declared: Declared, world: World): Outcome {
  const diagnostics: Diagnostic[] = [];
  const line = lineage(declared, world.scopes, (diagnostic) => diagnostics.push(diagnostic));
  let outcome: Outcome | undefined;
  for (const member of line ?? []) {
    const parent = outcome;
    outcome = world.outcomes.get(member) ?? resolveHeir(member, parent);
    world.outcomes.set(member, outcome);
  }
  return outcome ?? withoutLineage(declared, diagnostics);
}

/** A model whose parents are not known: only its own text can be judged. */
function withoutLineage(declared: Declared, found: readonly Diagnostic[]): Outcome {
  const diagnostics = [...found];
  const own = ownSettings(declared, (diagnostic) => diagnostics.push(diagnostic));
  const resolved = { ...undescribed(declared), lineage: [ownOf(declared, own)] };
  return { resolved, settings: own, diagnostics, known: new Set() };
}

function resolveHeir(declared: Declared, parent: Outcome | undefined): Outcome {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => diagnostics.push(diagnostic);
  const own = ownSettings(declared, report);
  const settings = inherit(parent?.settings ?? noSettings, own);
  const specification = readSpecification(declared, settings, report);
  const subject = specification === undefined ? undefined : subjectOf(specification);
  if (subject !== undefined) for (const rule of rules) rule(subject, report);
  const assertions = ownAssertions(declared, specification?.stages.length, report);
  const model = subject === undefined || hasErrors(diagnostics) ? undefined : buildModel(subject);
  const quantities = subject === undefined || model === undefined ? [] : fieldQuantities(subject.specification, model);
  return {
    resolved: {
      ...undescribed(declared),
      lineage: [...(parent?.resolved.lineage ?? []), ownOf(declared, own)],
      specification,
      model,
      assertions,
      quantities: new Map(quantities),
    },
    settings,
    diagnostics: diagnostics.filter((diagnostic) => parent?.known.has(identity(diagnostic)) !== true),
    known: new Set(diagnostics.map(identity)),
  };
}

function ownAssertions(declared: Declared, stages: number | undefined, report: Report): readonly Assertion[] {
  return declared.declaration.statements.flatMap((statement) =>
    statement.kind === 'assert' && checkAssertion(statement, { file: declared.file, stages }, report)
      ? [statement]
      : [],
  );
}

function ownOf({ declaration, file }: Declared, settings: Settings): OwnSettings {
  return { model: declaration.name.text, file, settings };
}

/** What is known of a model before its fields are read. */
function undescribed({ declaration, file }: Declared): ResolvedModel {
  const { name, documentation } = declaration;
  return {
    name: name.text,
    file,
    span: name.span,
    documentation,
    lineage: [],
    specification: undefined,
    model: undefined,
    assertions: [],
    quantities: new Map(),
  };
}

function subjectOf(specification: Specification): Subject {
  return { specification, widths: stageWidths(specification), layouts: layOutStages(specification) };
}

function identity({ code, message }: Diagnostic): string {
  return `${code} ${message}`;
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
