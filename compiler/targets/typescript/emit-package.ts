/** A compiled model as the files of a package that runs by itself. The same input gives the same bytes. */
import type { Plan } from '../../../runtime/plan.ts';
import { type SafetensorsPieces, safetensorsPieces, type Tensor } from '../../../runtime/safetensors.ts';
import type { Figures } from '../../model/figures.ts';
import type { Model } from '../../model/model.ts';
import { compileModelSource } from './compile-model-source.ts';
import { type PackageInfo, packageFormatVersion } from './package-info.ts';
import { packageJson } from './package-json.ts';
import { readme } from './readme.ts';

/** The built runtime, which every package carries. */
export interface RuntimeFiles {
  readonly script: string;
  readonly types: string;
}

export interface PackageInput {
  readonly model: Model;
  readonly figures: Figures;
  /** What the spec says about the model; may be empty. */
  readonly documentation: string;
  readonly plan: Plan;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** `synthetic:GAIN`, or the digest of the checkpoint. */
  readonly weightsOrigin: string;
  readonly runtime: RuntimeFiles;
}

/** Contents by file name; those of the weights come piece by piece. */
export type PackageFiles = ReadonlyMap<string, string | SafetensorsPieces>;

export function emitPackage(input: PackageInput): PackageFiles {
  const { plan, documentation, tensors, runtime } = input;
  const info = infoOf(input);
  const { source, script, types } = compileModelSource({ info, plan, documentation });
  const metadata = { model: info.name, formatVersion: packageFormatVersion, weights: info.weights };
  return new Map<string, string | SafetensorsPieces>([
    ['README.md', readme(info, documentation)],
    ['model.d.ts', types],
    ['model.js', script],
    ['model.ts', source],
    ['package.json', packageJson(info)],
    ['runtime.d.ts', runtime.types],
    ['runtime.js', runtime.script],
    ['weights.safetensors', safetensorsPieces(tensors, metadata)],
  ]);
}

function infoOf({ model, figures, plan, weightsOrigin }: PackageInput): PackageInfo {
  const { channels, height, width } = model.input;
  return {
    name: model.name,
    input: { channels, height, width },
    classes: model.classes,
    features: plan.outputs.flatMap(({ name, stage, buffer }) =>
      name === 'features' && stage !== null ? [{ stage, shape: plan.buffers[buffer]?.shape ?? [] }] : [],
    ),
    preprocess: model.preprocess,
    elementType: plan.elementType,
    parameters: figures.params,
    macs: figures.macs,
    weights: weightsOrigin,
  };
}
