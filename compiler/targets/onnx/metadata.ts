/** What an ONNX file says of itself: which model it is, whose weights it has, and what becomes of an image before it. */
import type { Preprocess } from '../../../runtime/plan.ts';

export interface Provenance {
  /** The canonical spec, and its SHA-256 in hexadecimal digits. */
  readonly spec: string;
  readonly specHash: string;
  /** `synthetic:GAIN`, or the digest of the checkpoint. */
  readonly weights: string;
  readonly preprocess: Preprocess;
}

/** Lists and sizes are JSON. Pixels are divided by 255 before `mean` is taken from them. */
export const onnxMetadata = ({ spec, specHash, weights, preprocess }: Provenance): Readonly<Record<string, string>> => {
  const { resize, crop, interpolation, mean, std } = preprocess;
  const sides = ({ height, width }: Preprocess['crop']): readonly number[] => [height, width];
  return {
    'swinc.spec': spec,
    'swinc.spec.sha256': specHash,
    'swinc.weights': weights,
    'preprocess.resize': JSON.stringify(typeof resize === 'number' ? resize : sides(resize)),
    'preprocess.crop': JSON.stringify(sides(crop)),
    'preprocess.interpolation': interpolation,
    'preprocess.mean': JSON.stringify(mean),
    'preprocess.std': JSON.stringify(std),
  };
};
