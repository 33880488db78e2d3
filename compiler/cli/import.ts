/** `swinc import`: a checkpoint of any library as weights under the canonical names. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { toHalves } from '../../runtime/float16.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { parseSafetensors, serialiseSafetensors, type Tensor, toFloat32 } from '../../runtime/safetensors.ts';
import { buildGraph } from '../build/build.ts';
import { byteCount } from '../report/units.ts';
import { type ImportReport, importCheckpoint } from '../weights/import-checkpoint.ts';
import { aboutFile, type ExitCode, exitCodes, UsageError } from './exit.ts';
import { describeImport } from './import-report.ts';
import { loadModel, type RootOption } from './load-model.ts';
import { say, writeData } from './output.ts';
import { readWhole } from './read-file.ts';

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
  const bytes = await readWhole(path);
  const { tensors, report } = aboutFile(path, () =>
    importCheckpoint(parseSafetensors(bytes).tensors, buildGraph(spec.model), { strict: options.strict === true }),
  );
  await (options.format === 'json' ? writeData(toJson(report)) : writeData(describeImport(report).join('\n')));
  if (options.output === undefined) return exitCodes.fine;
  const { dtype } = options;
  const converted =
    dtype === undefined ? tensors : new Map([...tensors].map(([name, each]) => [name, cast(each, dtype)]));
  const file = serialiseSafetensors(converted, {
    format: 'pt',
    'swinc.model': spec.model.name,
    'swinc.layout': report.layout,
    'swinc.source': `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  });
  await writeFile(options.output, file);
  say(`wrote ${options.output}: ${converted.size} tensors, ${byteCount(file.length)}`);
  return exitCodes.fine;
}

function toJson(report: ImportReport): string {
  return JSON.stringify({ formatVersion: '1.0', ...report }, null, 2);
}

function cast(tensor: Tensor, type: ElementType): Tensor {
  const values = toFloat32(tensor);
  const words = type === 'f16' ? toHalves(values) : new Float32Array(values);
  const data = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return { dtype: type === 'f16' ? 'F16' : 'F32', shape: tensor.shape, data };
}
