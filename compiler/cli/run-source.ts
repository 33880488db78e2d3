/** What `swinc run` runs: a spec that it compiles on the way, or a package that brings everything. */

import type { LoadOptions } from '../../runtime/load.ts';
import type { LoadedModel } from '../../runtime/model.ts';
import { load } from '../../runtime/node.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { planModel, withWeights } from '../compile.ts';
import type { Model } from '../model/model.ts';
import { UsageError } from './exit.ts';
import { parseGitArgument } from './git-argument.ts';
import { loadModel, type RootOption } from './load-model.ts';
import { say } from './output.ts';
import { importPackage } from './package-folder.ts';
import type { InputFormat } from './run-input.ts';
import type { RunnableModel } from './runnable-model.ts';
import { parseSpecArgument, statusOf } from './spec-argument.ts';
import { knownTables } from './tuning-files.ts';
import { openWeights, parseWeights, type WeightsOption } from './weights-option.ts';
import { withOrigin } from './weights-origin.ts';

export interface SourceOptions extends RootOption {
  readonly weights?: string;
  readonly dtype?: ElementType;
}

export interface RunSource {
  readonly name: string;
  readonly format: InputFormat;
  /** What to say of the preparation of images; undefined where the spec or the package alone decides it. */
  readonly whosePreprocess: string | undefined;
  /** 0: the model returns its pooled vector. */
  readonly classes: number;
  /** Whether somebody else may have made its plan and kernels, so that their accesses to memory are checked. */
  readonly robust: boolean;
  readonly load: (options: LoadOptions) => Promise<LoadedModel>;
  /** Without WebGPU; undefined where there is nothing but a plan. */
  readonly loadOnCpu: ((options: { readonly taps: boolean }) => Promise<RunnableModel>) | undefined;
}

/** Before any work is done: there is something to run, and a spec comes with weights. */
export function requireSource(argument: string, { weights }: SourceOptions): void {
  const isInGit = parseGitArgument(argument) !== undefined;
  const { file } = parseSpecArgument(argument);
  const status = statusOf(file);
  if (status === undefined && !isInGit) throw new UsageError(`there is no file or folder ${file}`);
  if (status?.isDirectory() || weights !== undefined) return;
  throw new UsageError('a spec has no weights: give --weights FILE.safetensors, or --weights synthetic to try it out');
}

/** Undefined where the spec has errors, which are printed. */
export async function openSource(argument: string, options: SourceOptions): Promise<RunSource | undefined> {
  return statusOf(argument)?.isDirectory() ? openPackage(argument, options) : openSpec(argument, options);
}

async function openPackage(folder: string, options: SourceOptions): Promise<RunSource> {
  if (options.weights !== undefined) {
    throw new UsageError('a compiled package brings its own weights: compile the spec with other --weights');
  }
  const { info, load } = await importPackage(folder);
  if (options.dtype !== undefined && options.dtype !== info.elementType) {
    throw new UsageError(
      `${folder} was compiled for ${info.elementType}: compile the spec with --dtype ${options.dtype}`,
    );
  }
  const { name, input, preprocess, classes } = info;
  return {
    name,
    format: { shape: [input.channels, input.height, input.width], preprocess },
    whosePreprocess: undefined,
    classes,
    robust: true,
    load,
    loadOnCpu: undefined,
  };
}

async function openSpec(argument: string, options: SourceOptions): Promise<RunSource | undefined> {
  const asked = parseWeights(options.weights ?? 'synthetic');
  if (asked.kind === 'file' && statusOf(asked.path) === undefined) {
    throw new UsageError(`there is no file ${asked.path}`);
  }
  const loaded = loadModel(argument, options);
  if (loaded === undefined) return undefined;
  const { spec, weights, preprocess: whosePreprocess } = await withOrigin(loaded, asked);
  const { model, warnings } = spec;
  const { input, preprocess, classes, name } = model;
  const elementType = options.dtype ?? 'f32';
  return {
    name,
    format: { shape: [input.channels, input.height, input.width], preprocess },
    whosePreprocess,
    classes,
    robust: false,
    load: (loadOptions) => {
      warnings.print();
      return loadSpec(model, { weights, elementType }, loadOptions);
    },
    loadOnCpu: async ({ taps }) => {
      warnings.print();
      const [{ loadOnCpu }, { externalFile }, { openOnnx }] = await Promise.all([
        import('./cpu-model.ts'),
        import('./onnx-session.ts'),
        import('./onnx-model.ts'),
      ]);
      return loadOnCpu(model, () => openOnnx(spec, { weights, elementType, externalFile, taps }));
    },
  };
}

interface Choices {
  readonly weights: WeightsOption;
  readonly elementType: ElementType;
}

async function loadSpec(model: Model, { weights, elementType }: Choices, options: LoadOptions): Promise<LoadedModel> {
  const planned = planModel(model, { elementType, tuning: await knownTables() });
  const { parameter, surprises } = await openWeights(weights, planned);
  surprises.forEach(say);
  const { plan, tensors } = withWeights(planned, parameter);
  return load({ plan, weights: { tensors } }, options);
}
