/** `swinc export --to pytorch`: a folder of text that people go on to edit. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emitPytorch } from '../targets/pytorch/emit-pytorch.ts';
import { UsageError } from './exit.ts';
import type { ExportRequest } from './export-targets.ts';
import { say } from './output.ts';
import { statusOf } from './spec-argument.ts';

export async function exportPytorch({ spec, output, force }: ExportRequest): Promise<void> {
  const { model, documentation, figures } = spec;
  const files = emitPytorch({ model, documentation, parameters: figures.params });
  if (statusOf(output)?.isFile()) throw new UsageError(`${output} is a file: name a folder`);
  if (!force) await requireNothingLost(output, files);
  await mkdir(output, { recursive: true });
  for (const [name, content] of files) await writeFile(join(output, name), content);
  say(`${output}: ${[...files.keys()].join(', ')}`);
}

/** What was written may have been edited since; the same text again does no harm. */
async function requireNothingLost(folder: string, files: ReadonlyMap<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of files) {
    const path = join(folder, name);
    if (statusOf(path) === undefined) continue;
    const there = await readFile(path);
    if (there.equals(Buffer.from(content))) continue;
    throw new UsageError(`${path} holds something else: name another folder, or replace it with --force`);
  }
}
