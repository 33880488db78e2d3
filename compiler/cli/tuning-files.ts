/** Tuning tables on disk: one file an adapter in the cache folder, and those that are named or shipped. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mergeTables, type TuningTable } from '../../runtime/tuning.ts';
import { validateTuningTable } from '../../runtime/validate-plan.ts';
import { cacheFolder } from './cache-folder.ts';
import { UsageError } from './exit.ts';

async function tuningFolder(): Promise<string> {
  const folder = join(await cacheFolder(process.env), 'tuning');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

export async function readTable(path: string): Promise<TuningTable> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw new UsageError(`there is no file ${path}: \`swinc tune SPEC -o FILE\` writes one`);
  try {
    return validateTuningTable(JSON.parse(text));
  } catch (error) {
    throw new UsageError(`${path} is no tuning table: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What comes with swinc, and what was measured on this machine, which counts for more. */
export async function knownTables(): Promise<readonly TuningTable[]> {
  const { shippedTables } = await import('../tuning/shipped.ts');
  return [...shippedTables(), ...(await cachedTables())];
}

/** A file that cannot be read is measured anew one day, and no reason to stop. */
async function cachedTables(): Promise<readonly TuningTable[]> {
  const folder = await tuningFolder().catch(() => undefined);
  if (folder === undefined) return [];
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const tables = await Promise.all(names.map((name) => readTable(join(folder, name)).catch(() => undefined)));
  return tables.filter((table) => table !== undefined);
}

/** Adds to what the cache knows of the adapter; the file that holds it. */
export async function cacheTable(table: TuningTable): Promise<string> {
  const { vendor, architecture, device } = table.adapter;
  const name = [vendor, architecture, device].map((text) => text.replace(/[^\w.-]+/g, '_')).join('-');
  const path = join(await tuningFolder(), `${name}.json`);
  await addToFile(path, table);
  return path;
}

/** Entries of the file for the same work are replaced, others stay. */
export async function addToFile(path: string, table: TuningTable): Promise<void> {
  const older = await readTable(path).catch(() => undefined);
  const merged = older === undefined ? table : mergeTables(older, table);
  const partial = `${path}.${process.pid}`;
  await writeFile(partial, `${JSON.stringify(merged, null, 2)}\n`);
  await rename(partial, path);
}
