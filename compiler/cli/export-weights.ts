/** `swinc export --to weights`: a checkpoint under the names of another library; nothing is rounded on the way. */
import { writeFile } from 'node:fs/promises';
import { serialiseSafetensors } from '../../runtime/safetensors.ts';
import { buildGraph } from '../build/build.ts';
import { byteCount } from '../report/units.ts';
import { exportCheckpoint } from '../weights/export-checkpoint.ts';
import { importCheckpoint } from '../weights/import-checkpoint.ts';
import { layouts } from '../weights/layouts/index.ts';
import { aboutFile, UsageError } from './exit.ts';
import type { ExportRequest } from './export-targets.ts';
import { describeImport } from './import-report.ts';
import { say } from './output.ts';
import { readCheckpoint } from './read-checkpoint.ts';
import { statusOf } from './spec-argument.ts';

export async function exportWeights({ spec, weights, layout, output }: ExportRequest): Promise<void> {
  if (layout === undefined) {
    throw new UsageError(`--to weights wants --layout: one of ${Object.keys(layouts).join(', ')}`);
  }
  if (weights.kind !== 'file') throw new UsageError('--to weights wants the file of a checkpoint as --weights');
  if (statusOf(output)?.isDirectory()) throw new UsageError(`${output} is a folder: name a file`);
  const { file } = await readCheckpoint(weights.path);
  const { tensors, report } = aboutFile(weights.path, () => importCheckpoint(file.tensors, buildGraph(spec.model)));
  describeImport(report).forEach(say);
  const written = aboutFile(weights.path, () => exportCheckpoint(tensors, layout));
  const bytes = serialiseSafetensors(written, { format: 'pt' });
  await writeFile(output, bytes);
  say(`wrote ${output}: ${written.size} tensors in ${layouts[layout].title} layout, ${byteCount(bytes.length)}`);
}
