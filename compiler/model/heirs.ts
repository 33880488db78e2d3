/** From a declaration to a resolved model: what it inherits, what it sets, and what the rules say of it. */
import type { Assertion } from '../../grammar/ast.ts';
import { type Diagnostic, hasErrors } from '../../grammar/diagnostic.ts';
import type { Span } from '../../grammar/source.ts';
import { checkAssertion } from './assertions/check.ts';
import { fieldQuantities } from './assertions/names.ts';
import type { Quantity } from './assertions/quantity.ts';
import { buildModel } from './build-model.ts';
import { layOutStages, stageWidths } from './layout.ts';
import { lineage } from './lineage.ts';
import type { Report } from './load.ts';
import type { Model } from './model.ts';
import { ownSettings } from './own-settings.ts';
import { readSpecification } from './read-specification.ts';
import { rules } from './rules/index.ts';
import type { Subject } from './rules/rule.ts';
import type { Declared, Scope } from './scope.ts';
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

export interface World {
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly outcomes: Map<Declared, Outcome>;
}

export interface Outcome {
  readonly resolved: ResolvedModel;
  readonly settings: Settings;
  /** What is new about this model: without what its parent is blamed for already. */
  readonly diagnostics: readonly Diagnostic[];
  /** What holds of this model, by code and sentence, whoever is blamed for it. */
  readonly known: ReadonlySet<string>;
}

export function resolveDeclared(declared: Declared, world: World): Outcome {
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

/** A model over the outcome of the one that it extends. */
export function resolveHeir(declared: Declared, parent: Outcome | undefined): Outcome {
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
