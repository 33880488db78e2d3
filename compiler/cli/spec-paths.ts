/** Files and folders on the command line, as the specs that they mean. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from './exit.ts';
import { requireFile, statusOf } from './spec-argument.ts';

/** A folder means every `.swin` file below it, in order. A file that is named twice is meant once. */
export function expandSpecPaths(paths: readonly string[]): readonly string[] {
  const files = paths.flatMap((path) => (statusOf(path)?.isDirectory() ? specsBelow(path) : [existing(path)]));
  return [...new Map(files.map((file) => [resolve(file), file])).values()];
}

function existing(file: string): string {
  requireFile(file);
  return file;
}

function specsBelow(folder: string): readonly string[] {
  const found = [...walk(folder)].sort();
  if (found.length === 0) throw new UsageError(`there is no .swin file in ${folder}: name a folder that holds specs`);
  return found;
}

/** Installed packages and what a dot hides belong to others. Symbolic links to folders may lead in circles. */
function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && !entry.name.startsWith('.')) yield* walk(path);
    } else if (entry.name.endsWith('.swin') && statusOf(path)?.isFile()) {
      yield path;
    }
  }
}
