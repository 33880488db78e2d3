/** `swinc export`: a model for another engine. */
import type { ElementType } from '../../runtime/plan.ts';
import type { LayoutName } from '../weights/layouts/layout.ts';
import { type ExitCode, exitCodes, UsageError } from './exit.ts';
import { type ExportTarget, type ExportTargetName, exportTargets } from './export-targets.ts';
import { loadModel, type RootOption } from './load-model.ts';
import { say } from './output.ts';
import { parseWeights } from './weights-option.ts';
import { withOrigin } from './weights-origin.ts';

export interface ExportOptions extends RootOption {
  readonly to: ExportTargetName;
  readonly output: string;
  readonly weights?: string;
  readonly dtype: ElementType;
  readonly layout?: LayoutName;
  readonly force?: true;
}

export async function exportModel(argument: string, options: ExportOptions): Promise<ExitCode> {
  const { output, to, dtype: elementType, layout } = options;
  if (output === '') throw new UsageError('-o wants a name, as in -o model.onnx');
  const target: ExportTarget = exportTargets[to];
  if (target.weights === 'required' && options.weights === undefined) {
    throw new UsageError(`--to ${to} wants --weights: the checkpoint to write`);
  }
  const asked = parseWeights(options.weights ?? 'synthetic');
  const loaded = loadModel(argument, options);
  if (loaded === undefined) return exitCodes.findings;
  loaded.warnings.print();
  const { spec, weights, preprocess } = await withOrigin(loaded, asked);
  // Of the other targets, one writes tensors alone and one no weights.
  if (preprocess !== undefined && target.weights === 'optional') say(preprocess);
  await target.write({ spec, weights, elementType, output, layout, force: options.force === true });
  if (target.weights === 'optional' && options.weights === undefined) {
    say('the weights are synthetic:1, for want of --weights: what the model answers means nothing');
  }
  return exitCodes.fine;
}
