/** `swinc explain`: where the value of a field comes from, also in a model that a rule finds fault with. */
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';
import { canonicalFields } from '../model/canonical.ts';
import { isModelField, modelFields } from '../model/fields/table.ts';
import { type FieldPath, type History, historyOf } from '../model/history.ts';
import { resolve } from '../model/resolve.ts';
import { selectModel } from '../model/select.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { parseFieldArgument } from './field-argument.ts';
import { fileHost } from './file-host.ts';
import { historyJson } from './history-json.ts';
import { historyText, overviewText } from './history-text.ts';
import type { RootOption } from './load-model.ts';
import { coloursFor, isColoured, say, writeData } from './output.ts';
import { lineReader } from './source-lines.ts';
import { parseSpecArgument, requireFile } from './spec-argument.ts';

export interface ExplainOptions extends RootOption {
  readonly format: 'text' | 'json';
}

/** Without words, every field of the model; else the one that they name together. */
export async function explainField(spec: string, words: readonly string[], options: ExplainOptions): Promise<ExitCode> {
  const { file, model: name } = parseSpecArgument(spec);
  requireFile(file);
  const host = fileHost(file, options);
  const { value, diagnostics } = resolve(file, host);
  const { value: chosen, diagnostics: unchosen } = selectModel(value, name);
  const errors = [...diagnostics, ...unchosen].filter(({ severity }) => severity === 'error');
  if (errors.length > 0)
    say(printDiagnostics(errors, { read: (path) => host.read(path), color: isColoured(process.stderr) }));
  const { specification, lineage = [] } = chosen ?? {};
  if (specification === undefined) return exitCodes.findings;
  const path = words.length === 0 ? undefined : parseFieldArgument(words.join(' '), specification.stages.length);
  const lineOf = lineReader(host);
  const history = (each: FieldPath): History => historyOf({ lineage, specification }, each);
  if (options.format === 'json') {
    const fields = (path === undefined ? allPaths() : [path]).map((each) => historyJson(history(each), lineOf));
    await writeData(JSON.stringify({ formatVersion: '1.0', model: specification.name, fields }, null, 2));
  } else {
    const showing = { specification, lineOf, colours: coloursFor(process.stdout) };
    const fields = canonicalFields(specification);
    await writeData(path === undefined ? overviewText(fields, showing) : historyText(history(path), showing));
  }
  return errors.length > 0 ? exitCodes.findings : exitCodes.fine;
}

function allPaths(): readonly FieldPath[] {
  return Object.keys(modelFields)
    .filter(isModelField)
    .map((field) => ({ stage: undefined, field }));
}
