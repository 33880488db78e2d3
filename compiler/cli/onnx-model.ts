/** A spec and its weights as an ONNX model, which is exported or run. */
import { createHash } from 'node:crypto';
import packageJson from '../../package.json' with { type: 'json' };
import type { ElementType } from '../../runtime/plan.ts';
import { buildGraph } from '../build/build.ts';
import { canonicalText } from '../model/canonical.ts';
import { emitOnnx, type OnnxFile } from '../targets/onnx/emit-onnx.ts';
import { onnxMetadata } from '../targets/onnx/metadata.ts';
import type { LoadedSpec } from './load-model.ts';
import { say } from './output.ts';
import { openWeights, type WeightsOption } from './weights-option.ts';

export interface OnnxChoices {
  readonly weights: WeightsOption;
  readonly elementType: ElementType;
  /** What a file of tensors beside the model is called. */
  readonly externalFile: string;
  readonly taps?: boolean;
}

export async function openOnnx(
  { model, resolved, documentation }: Pick<LoadedSpec, 'model' | 'resolved' | 'documentation'>,
  { weights, elementType, externalFile, taps = false }: OnnxChoices,
): Promise<OnnxFile> {
  const { parameter, origin, surprises } = await openWeights(weights, { naive: buildGraph(model) });
  surprises.forEach(say);
  const spec = resolved.specification ? canonicalText(resolved.specification) : '';
  const specHash = createHash('sha256').update(spec).digest('hex');
  return emitOnnx({
    model,
    elementType,
    parameter,
    producer: { name: packageJson.name, version: packageJson.version },
    documentation,
    metadata: onnxMetadata({ spec, specHash, weights: await origin(), preprocess: model.preprocess }),
    externalFile,
    taps,
  });
}
