/** `swinc export`: a spec and weights become what another engine runs. */
import type { ElementType } from '../../runtime/plan.ts';
import { type ExitCode, exitCodes, UsageError } from './exit.ts';
import type { ExportTarget } from './export-targets.ts';
import { type LoadedSpec, loadModel, type RootOption } from './load-model.ts';
import { say } from './output.ts';
import { parseWeights, type WeightsOption } from './weights-option.ts';

export interface ExportOptions extends RootOption {
  readonly to: ExportTarget;
  readonly output: string;
  readonly weights?: string;
  readonly dtype: ElementType;
}

export interface ExportRequest {
  readonly spec: LoadedSpec;
  readonly weights: WeightsOption;
  readonly elementType: ElementType;
  readonly output: string;
}

/** What each target does; it says what it wrote. */
const targets: Readonly<Record<ExportTarget, (request: ExportRequest) => Promise<void>>> = {
  onnx: async (request) => (await import('./export-onnx.ts')).exportOnnx(request),
  triton: async (request) => (await import('./export-triton.ts')).exportTriton(request),
};

export async function exportModel(argument: string, options: ExportOptions): Promise<ExitCode> {
  const { output, to, dtype: elementType } = options;
  if (output === '') throw new UsageError('-o wants a name, as in -o model.onnx');
  const weights = parseWeights(options.weights ?? 'synthetic');
  const spec = loadModel(argument, options);
  if (spec === undefined) return exitCodes.findings;
  spec.warnings.print();
  await targets[to]({ spec, weights, elementType, output });
  if (options.weights === undefined) {
    say('the weights are synthetic:1, for want of --weights: what the model answers means nothing');
  }
  return exitCodes.fine;
}
