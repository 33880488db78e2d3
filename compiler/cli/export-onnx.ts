/** `swinc export --to onnx`. */
import { basename, resolve } from 'node:path';
import { byteCount } from '../report/units.ts';
import { type OnnxFile, piecesOf } from '../targets/onnx/emit-onnx.ts';
import { lengthOf } from '../targets/onnx/wire.ts';
import type { ExportRequest } from './export-targets.ts';
import { openOnnx } from './onnx-model.ts';
import { createProgress, say } from './output.ts';
import { type StreamedFile, writeStreamed } from './write-stream.ts';

export async function exportOnnx({ output, ...request }: ExportRequest): Promise<void> {
  const { bytes, file } = await writeOnnx(request, output);
  const beside = file.external === undefined ? '' : ` with ${basename(output)}.data`;
  say(`wrote ${output}${beside}: ${byteCount(bytes)}, ${file.nodes} nodes, ${request.elementType}`);
}

export interface WrittenOnnx {
  readonly file: OnnxFile;
  readonly bytes: number;
}

/** Writes the model, and the file of its tensors where it has one, and `others` with them, all or nothing. */
export async function writeOnnx(
  { spec, weights, elementType }: Omit<ExportRequest, 'output'>,
  output: string,
  others: (file: OnnxFile) => readonly StreamedFile[] = () => [],
): Promise<WrittenOnnx> {
  const path = resolve(output);
  const externalFile = `${basename(path)}.data`;
  const file = await openOnnx(spec, { weights, elementType, externalFile });
  const { model, external } = file;
  const total = lengthOf(model) + lengthOf(external ?? []);
  const progress = createProgress();
  try {
    const tensors = external === undefined ? [] : [{ path: `${path}.data`, pieces: piecesOf(external) }];
    const bytes = await writeStreamed([...tensors, { path, pieces: piecesOf(model) }, ...others(file)], (done) =>
      progress.show(`writing the model: ${Math.round((done / total) * 100)} %`),
    );
    return { file, bytes };
  } finally {
    progress.clear();
  }
}
