/** From `SPEC#MODEL` to a model: what show, compile and run begin with. */
import { type Diagnostic, hasErrors } from '../../grammar/diagnostic.ts';
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';
import { figuresOf, memoryOf } from '../compile.ts';
import { evaluateAssertions } from '../model/assertions/evaluate.ts';
import type { Figures } from '../model/figures.ts';
import type { Model } from '../model/model.ts';
import {
  type Resolved,
  type ResolvedModel,
  type ResolvedSweep,
  type ResolvedVariant,
  resolve,
} from '../model/resolve.ts';
import { type Selection, selectModel, selectTarget, type Target } from '../model/select.ts';
import { isColoured, say } from './output.ts';
import { openSpecSource } from './spec-source.ts';

export interface RootOption {
  readonly root?: string;
}

/** A model without errors. */
export interface CountedModel {
  readonly resolved: ResolvedModel | ResolvedVariant;
  readonly model: Model;
  readonly figures: Figures;
}

export interface LoadedSpec extends CountedModel {
  readonly documentation: string;
  /** What is not wrong but worth a word. */
  readonly warnings: Warnings;
}

/** A sweep of which no variant has errors. */
export interface LoadedSweep {
  readonly sweep: ResolvedSweep;
  readonly base: CountedModel;
  readonly variants: readonly CountedModel[];
  readonly warnings: Warnings;
}

export type LoadedTarget =
  | { readonly kind: 'model'; readonly spec: LoadedSpec }
  | { readonly kind: 'sweep'; readonly sweep: LoadedSweep };

interface Warnings {
  /** Not by itself: a command that starts itself again would say it twice. */
  readonly print: () => void;
}

/** Prints what is wrong with the model; undefined where it has errors. */
export function loadModel(argument: string, options: RootOption): LoadedSpec | undefined {
  const { value, warnings } = open(argument, options, (resolved, name) => pick(selectModel(resolved, name), count));
  return value && { ...value, documentation: value.resolved.documentation, warnings };
}

/** As `loadModel`, where a sweep will do as well. */
export function loadTarget(argument: string, options: RootOption): LoadedTarget | undefined {
  const { value, warnings } = open(argument, options, (resolved, name) =>
    pick(selectTarget(resolved, name), countTarget),
  );
  if (value === undefined) return undefined;
  if ('sweep' in value) return { kind: 'sweep', sweep: { ...value, warnings } };
  return { kind: 'model', spec: { ...value, documentation: value.resolved.documentation, warnings } };
}

interface Found<Value> {
  readonly value: Value | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Resolves the file and picks from it, printing the errors if there are any. */
function open<Picked>(
  argument: string,
  options: RootOption,
  choose: (resolved: Resolved, name: string | undefined) => Found<Picked>,
): { readonly value: Picked | undefined; readonly warnings: Warnings } {
  const { entry, host, model: name } = openSpecSource(argument, options);
  const resolution = resolve(entry, host);
  const chosen = hasErrors(resolution.diagnostics) ? nothing : choose(resolution.value, name);
  const found = [...resolution.diagnostics, ...chosen.diagnostics];
  const value = hasErrors(found) ? undefined : chosen.value;
  // Notes are for `check`: whoever runs a model has read them, or does not want to.
  const worthy = found.filter(({ severity }) => severity !== 'note');
  const print = (): void => printAll(worthy, (path) => host.read(path));
  if (value === undefined) print();
  return { value, warnings: { print } };
}

const nothing = { value: undefined, diagnostics: [] };

function printAll(diagnostics: readonly Diagnostic[], read: (path: string) => string | undefined): void {
  if (diagnostics.length > 0) say(printDiagnostics(diagnostics, { read, color: isColoured(process.stderr) }));
}

function pick<Selected, Counted>(
  { value: selected, diagnostics }: Selection<Selected>,
  read: (selected: Selected) => Found<Counted>,
): Found<Counted> {
  if (selected === undefined) return { value: undefined, diagnostics };
  const { value, diagnostics: found } = read(selected);
  return { value, diagnostics: [...diagnostics, ...found] };
}

/** Counts a model and judges its assertions. */
function count(resolved: ResolvedModel | ResolvedVariant): Found<CountedModel> {
  const { model } = resolved;
  if (model === undefined) return nothing;
  const figures = figuresOf(model);
  return { value: { resolved, model, figures }, diagnostics: judge(resolved, model, figures) };
}

function countTarget(target: Target): Found<CountedModel | Omit<LoadedSweep, 'warnings'>> {
  if (target.kind === 'model') return count(target.model);
  const { sweep } = target;
  const base = sweep.base && count(sweep.base).value;
  const counted = sweep.variants.map(count);
  const variants = counted.flatMap(({ value }) => value ?? []);
  const diagnostics = counted.flatMap((each) => each.diagnostics);
  return { value: base && { sweep, base, variants }, diagnostics };
}

/** What a figure that costs a compilation is asked for by. */
const unjudged = 'SW306';

/** Whether the model's own assertions hold. Its memory takes a plan to count, so that is made only if one asks for it. */
export function judge(resolved: ResolvedModel | ResolvedVariant, model: Model, known?: Figures): readonly Diagnostic[] {
  // Counting builds the model's graph: thousands of variants that assert nothing are spared it.
  if (resolved.assertions.length === 0) return [];
  const figures = known ?? figuresOf(model);
  const found = evaluateAssertions(resolved, figures);
  if (!found.some(({ code }) => code === unjudged)) return found;
  return evaluateAssertions(resolved, { ...figures, memory: memoryOf(model) });
}
