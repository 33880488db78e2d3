/** What `swinc export --to` knows, a row a target; what a target needs is loaded when it is asked for. */
import type { ElementType } from '../../runtime/plan.ts';
import type { LayoutName } from '../weights/layouts/layout.ts';
import type { LoadedSpec } from './load-model.ts';
import type { WeightsOption } from './weights-option.ts';

export interface ExportRequest {
  readonly spec: LoadedSpec;
  readonly weights: WeightsOption;
  readonly elementType: ElementType;
  readonly output: string;
  /** Of the target `weights`. */
  readonly layout: LayoutName | undefined;
  /** Whether files that say something else may be replaced. */
  readonly force: boolean;
}

export interface ExportTarget {
  readonly summary: string;
  /** Whether what is written depends on weights; `required` where synthetic ones would be of no use. */
  readonly weights: 'none' | 'optional' | 'required';
  /** Says what it wrote. */
  readonly write: (request: ExportRequest) => Promise<void>;
}

export const exportTargets = {
  onnx: {
    summary:
      'one file, IR 8 and operator set 17: `pixel_values` [batch, channels, height, width] to `logits`, and `features_N` where the spec asks for them; over 1.9 GB the tensors go into a file beside it',
    weights: 'optional',
    write: async (request) => (await import('./export-onnx.ts')).exportOnnx(request),
  },
  triton: {
    summary: 'a model repository, NAME/1/model.onnx and NAME/config.pbtxt; of this the format alone has been checked',
    weights: 'optional',
    write: async (request) => (await import('./export-triton.ts')).exportTriton(request),
  },
  pytorch: {
    summary: 'a folder: a module that can be read and trained (model.py), and a script that trains it (train.py)',
    weights: 'none',
    write: async (request) => (await import('./export-pytorch.ts')).exportPytorch(request),
  },
  weights: {
    summary: 'a .safetensors file under the names of the library that --layout names',
    weights: 'required',
    write: async (request) => (await import('./export-weights.ts')).exportWeights(request),
  },
} as const satisfies Readonly<Record<string, ExportTarget>>;

export type ExportTargetName = keyof typeof exportTargets;
