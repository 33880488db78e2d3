/** From `SPEC#MODEL` to a model: what show, compile and run begin with. */
import { type Diagnostic, hasErrors } from '../../grammar/diagnostic.ts';
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';
import { figuresOf, memoryOf } from '../compile.ts';
import { evaluateAssertions } from '../model/assertions/evaluate.ts';
import type { Figures } from '../model/figures.ts';
import type { Model } from '../model/model.ts';
import { type Resolved, type ResolvedModel, resolve } from '../model/resolve.ts';
import { selectModel } from '../model/select.ts';
import { isColoured, say } from './output.ts';
import { openSpecSource } from './spec-source.ts';

export interface RootOption {
  readonly root?: string;
}

export interface LoadedSpec {
  readonly model: Model;
  readonly figures: Figures;
  readonly documentation: string;
  /** What is not wrong but worth a word. */
  readonly warnings: Warnings;
}

interface Warnings {
  /** Not by itself: a command that starts itself again would say it twice. */
  readonly print: () => void;
}

/** Prints what is wrong with the model; undefined where it has errors. */
export function loadModel(argument: string, options: RootOption): LoadedSpec | undefined {
  const { entry, host, model: name } = openSpecSource(argument, options);
  const { value, diagnostics } = resolve(entry, host);
  const { loaded, found } = hasErrors(diagnostics) ? { loaded: undefined, found: [] } : pick(value, name);
  // Notes are for `check`: whoever runs a model has read them, or does not want to.
  const worthy = [...diagnostics, ...found].filter(({ severity }) => severity !== 'note');
  const print = (): void => printAll(worthy, (path) => host.read(path));
  if (loaded === undefined) print();
  return loaded && { ...loaded, warnings: { print } };
}

function printAll(diagnostics: readonly Diagnostic[], read: (path: string) => string | undefined): void {
  if (diagnostics.length > 0) say(printDiagnostics(diagnostics, { read, color: isColoured(process.stderr) }));
}

interface Picked {
  readonly loaded: Omit<LoadedSpec, 'warnings'> | undefined;
  readonly found: readonly Diagnostic[];
}

function pick(resolved: Resolved, name: string | undefined): Picked {
  const { value: chosen, diagnostics } = selectModel(resolved, name);
  const { model } = chosen ?? {};
  if (chosen === undefined || model === undefined) return { loaded: undefined, found: diagnostics };
  const figures = figuresOf(model);
  const found = [...diagnostics, ...judge(chosen, model, figures)];
  return { loaded: hasErrors(found) ? undefined : { model, figures, documentation: chosen.documentation }, found };
}

/** What a figure that costs a compilation is asked for by. */
const unjudged = 'SW306';

/** Whether the model's own assertions hold. Its memory takes a plan to count, so that is made only if one asks for it. */
export function judge(resolved: ResolvedModel, model: Model, figures = figuresOf(model)): readonly Diagnostic[] {
  const found = evaluateAssertions(resolved, figures);
  if (!found.some(({ code }) => code === unjudged)) return found;
  return evaluateAssertions(resolved, { ...figures, memory: memoryOf(model) });
}
