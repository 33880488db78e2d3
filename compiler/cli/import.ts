/** `swinc import`: a checkpoint of any library as weights under the canonical names. */
import { writeFile } from 'node:fs/promises';
import { toHalves } from '../../runtime/float16.ts';
import type { ElementType, Preprocess } from '../../runtime/plan.ts';
import { serialiseSafetensors, type Tensor, toFloat32 } from '../../runtime/safetensors.ts';
import { buildGraph } from '../build/build.ts';
import { byteCount } from '../report/units.ts';
import { describePreprocess } from '../weights/choose-preprocess.ts';
import type { CheckpointFile } from '../weights/formats/open-checkpoint.ts';
import { type ImportReport, importCheckpoint } from '../weights/import-checkpoint.ts';
import { readMetadata, writeMetadata } from '../weights/weights-metadata.ts';
import { aboutFile, type ExitCode, exitCodes, UsageError } from './exit.ts';
import { describeFile, describeImport } from './import-report.ts';
import { loadModel, type RootOption } from './load-model.ts';
import { say, writeData } from './output.ts';
import { readCheckpoint } from './read-checkpoint.ts';
import { preprocessOf } from './weights-origin.ts';

export interface ImportOptions extends RootOption {
  readonly spec: string;
  readonly output?: string;
  readonly strict?: true;
  readonly dtype?: ElementType;
  readonly format: 'text' | 'json';
}

export async function importWeights(path: string, options: ImportOptions): Promise<ExitCode> {
  if (options.output === '') throw new UsageError('-o wants the name of a file, such as weights.safetensors');
  const spec = loadModel(options.spec, options);
  if (spec === undefined) return exitCodes.findings;
  spec.warnings.print();
  const read = await readCheckpoint(path);
  const { file, digest } = read;
  const { preprocess, whose } = preprocessOf(spec, read);
  const recorded = readMetadata(file.metadata);
  const { tensors, report } = aboutFile(path, () =>
    importCheckpoint(file.tensors, buildGraph(spec.model), { strict: options.strict === true }),
  );
  const chosen = `preprocess: ${whose}: ${describePreprocess(preprocess)}`;
  const text = [...describeFile(file), ...describeImport(report), chosen].join('\n');
  await writeData(options.format === 'json' ? toJson(file, report, preprocess) : text);
  if (options.output === undefined) return exitCodes.fine;
  const { dtype } = options;
  const converted =
    dtype === undefined ? tensors : new Map([...tensors].map(([name, each]) => [name, cast(each, dtype)]));
  const written = serialiseSafetensors(converted, {
    format: 'pt',
    'swinc.model': spec.model.name,
    // Weights that were imported before still come from where they first came from.
    ...writeMetadata({
      layout: recorded?.layout ?? report.layout,
      source: recorded?.source ?? `sha256:${await digest()}`,
      preprocess,
    }),
  });
  await writeFile(options.output, written);
  say(`wrote ${options.output}: ${converted.size} tensors, ${byteCount(written.length)}`);
  return exitCodes.fine;
}

function toJson(file: CheckpointFile, report: ImportReport, preprocess: Preprocess): string {
  const { tensors, metadata, ...around } = file;
  return JSON.stringify({ formatVersion: '1.0', ...around, ...report, preprocess }, null, 2);
}

function cast(tensor: Tensor, type: ElementType): Tensor {
  const values = toFloat32(tensor);
  const words = type === 'f16' ? toHalves(values) : new Float32Array(values);
  const data = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return { dtype: type === 'f16' ? 'F16' : 'F32', shape: tensor.shape, data };
}
