/** The built runtime that packages carry: beside the bundled command, or in `dist` of the checkout. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuntimeFiles } from '../targets/typescript/emit-package.ts';
import { UsageError } from './exit.ts';
import { statusOf } from './spec-argument.ts';

export async function readRuntimeFiles(): Promise<RuntimeFiles> {
  const own = dirname(fileURLToPath(import.meta.url));
  const folders = [own, dirname(own), join(own, '../../dist')];
  const folder = folders.find((candidate) => isBuilt(candidate));
  if (folder === undefined) throw new UsageError('the runtime is not built: run `npm run build` first');
  const [script, types] = await Promise.all(
    ['runtime.js', 'runtime.d.ts'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  return { script: script ?? '', types: types ?? '' };
}

function isBuilt(folder: string): boolean {
  return ['runtime.js', 'runtime.d.ts'].every((name) => statusOf(join(folder, name))?.isFile() === true);
}
