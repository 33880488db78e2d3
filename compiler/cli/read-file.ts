/** Reading whole files, with errors that name the file: Node's own leave out the path of a folder. */
import { readFile } from 'node:fs/promises';
import { UsageError } from './exit.ts';
import { statusOf } from './spec-argument.ts';

export async function readWhole(path: string): Promise<Uint8Array> {
  if (statusOf(path)?.isDirectory()) throw new UsageError(`${path} is a folder, not a file`);
  return new Uint8Array(await readFile(path));
}
