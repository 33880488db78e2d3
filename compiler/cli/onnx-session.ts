/** An ONNX model that we made, opened by ONNX Runtime. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { joined, type OnnxFile, piecesOf } from '../targets/onnx/emit-onnx.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';
import { writeStreamed } from './write-stream.ts';

/** What the file of tensors is called beside a model that does not fit one file. */
export const externalFile = 'model.onnx.data';

/** Threads that wait by sleeping: on two busy cores Swin-T takes 425 ms an image, and 610 with threads that spin. */
export const onCpu: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

/** From memory, or from files where the tensors do not fit one. */
export async function openSession(
  runtime: OnnxRuntime,
  { model, external }: Pick<OnnxFile, 'model' | 'external'>,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  if (external === undefined) return runtime.InferenceSession.create(joined(model), options);
  const folder = await mkdtemp(join(tmpdir(), 'swinc-'));
  try {
    const path = join(folder, 'model.onnx');
    await writeStreamed([
      { path: join(folder, externalFile), pieces: piecesOf(external) },
      { path, pieces: piecesOf(model) },
    ]);
    return await runtime.InferenceSession.create(path, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function versionOf({ env }: OnnxRuntime): string {
  return env.versions.node ?? env.versions.common;
}
