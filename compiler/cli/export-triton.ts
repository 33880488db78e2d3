/** `swinc export --to triton`: a model repository of NVIDIA Triton. No server has run it here; its format is checked. */
import { join, resolve } from 'node:path';
import { byteCount } from '../report/units.ts';
import { tritonConfig } from '../targets/triton/config.ts';
import { writeOnnx } from './export-onnx.ts';
import type { ExportRequest } from './export-targets.ts';
import { say } from './output.ts';

export async function exportTriton({ output, ...request }: ExportRequest): Promise<void> {
  const name = folderName(request.spec.model.name);
  const folder = join(output, name);
  const { bytes } = await writeOnnx(request, join(folder, '1', 'model.onnx'), ({ input, outputs }) => {
    const text = tritonConfig({ name, input, outputs });
    return [{ path: resolve(folder, 'config.pbtxt'), pieces: [new TextEncoder().encode(text)] }];
  });
  say(`wrote ${folder}: ${byteCount(bytes)}; no Triton server has run it: its format alone is checked`);
}

/** The name of a sweep's variant has brackets and commas. */
function folderName(name: string): string {
  const words = name.split(/[^\w.-]+/).filter((word) => word !== '');
  return words.join('-');
}
