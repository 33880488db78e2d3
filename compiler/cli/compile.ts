/** `swinc compile`: a spec becomes a package, or shows what is on the way to one. */
import { resolve } from 'node:path';
import type { ElementType } from '../../runtime/plan.ts';
import { type Planned, planModel, withWeights } from '../compile.ts';
import { byteCount } from '../report/units.ts';
import { shippedTables } from '../tuning/shipped.ts';
import { type Emission, emissions } from './emissions.ts';
import { type ExitCode, exitCodes, UsageError } from './exit.ts';
import { explain } from './explain.ts';
import { type LoadedSpec, loadModel, type RootOption } from './load-model.ts';
import { createProgress, say, writeData } from './output.ts';
import { type PassOption, parsePasses } from './pass-option.ts';
import { readTable } from './tuning-files.ts';
import { openWeights, parseWeights, type WeightsOption } from './weights-option.ts';
import { withOrigin } from './weights-origin.ts';

export interface CompileOptions extends RootOption {
  readonly output?: string;
  readonly weights?: string;
  readonly dtype: ElementType;
  readonly tuning?: readonly string[];
  readonly explain?: true;
  readonly emit?: Emission;
  readonly pass: PassOption;
}

export async function compile(argument: string, options: CompileOptions): Promise<ExitCode> {
  const { output, emit } = options;
  if (output === '') throw new UsageError('-o wants the name of a folder; `-o .` is this one');
  if (output === undefined && emit === undefined && options.explain === undefined) {
    throw new UsageError(
      'say where the package goes: -o FOLDER; or print something: --emit graph|plan|wgsl, --explain',
    );
  }
  const without = parsePasses(options.pass);
  const asked = parseWeights(options.weights ?? 'synthetic');
  const loaded = loadModel(argument, options);
  if (loaded === undefined) return exitCodes.findings;
  loaded.warnings.print();
  const { spec, weights, preprocess } = await withOrigin(loaded, asked);
  if (preprocess !== undefined && output !== undefined) say(preprocess);
  // Not those of the cache folder: the same spec gives the same package on every machine.
  const tuning = [...shippedTables(), ...(await Promise.all((options.tuning ?? []).map(readTable)))];
  const planned = planModel(spec.model, { elementType: options.dtype, tuning, without });
  // With --emit, stdout holds what was asked for and nothing else.
  if (options.explain && emit !== undefined) say(explain(planned));
  else if (options.explain) await writeData(explain(planned));
  if (emit !== undefined) await writeData(emissions[emit](planned));
  else if (output !== undefined) await compilePackage(spec, { planned, weights, folder: output });
  if (emit === undefined && output !== undefined && options.weights === undefined) {
    say('the weights are synthetic:1, for want of --weights: what the model answers means nothing');
  }
  return exitCodes.fine;
}

export interface PackageOptions {
  readonly planned: Planned;
  readonly weights: WeightsOption;
  readonly folder: string;
}

export async function compilePackage(spec: LoadedSpec, options: PackageOptions): Promise<void> {
  const { planned } = options;
  const folder = resolve(options.folder);
  const { readReplaceable, writePackage } = await import('./write-package.ts');
  const replaced = await readReplaceable(folder);
  const [{ emitPackage }, { readRuntimeFiles }] = await Promise.all([
    import('../targets/typescript/emit-package.ts'),
    import('./runtime-files.ts'),
  ]);
  const runtime = await readRuntimeFiles();
  const { parameter, origin, surprises } = await openWeights(options.weights, planned);
  surprises.forEach(say);
  const progress = createProgress();
  const { plan, tensors } = withWeights(planned, parameter, (done) =>
    progress.show(`writing the weights: ${Math.round(done * 100)} %`),
  );
  const { model, figures, documentation } = spec;
  const files = emitPackage({ model, figures, documentation, plan, tensors, weightsOrigin: await origin(), runtime });
  await writePackage(folder, files, replaced);
  progress.clear();
  const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  say(`wrote ${options.folder}: ${files.size} files, ${byteCount(bytes)}, ${plan.dispatches.length} dispatches`);
}
