/** Which test files there are, and in which environments each one runs. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../../compiler/cli/software-adapter.ts';
import { type AdapterName, adapterEnvironment, adapterNames, installationHints, isAdapterName } from './adapters.ts';

export interface Job {
  /** Relative to `test/`, with forward slashes. */
  readonly file: string;
  readonly adapter: AdapterName | null;
  readonly environment: Environment;
}

/** Their tests need an adapter, and run once on each. */
const adapterFolders: readonly string[] = ['gpu/', 'runtime/'];

export function testFiles(folder: string, filters: readonly string[]): readonly string[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  const matches = (name: string) => filters.length === 0 || filters.some((filter) => name.includes(filter));
  return names.filter(matches).sort();
}

/** Files that need an adapter come first: they are the slow ones. Throws where an adapter that is asked for is missing. */
export async function planJobs(files: readonly string[]): Promise<readonly Job[]> {
  const needsAdapter = (file: string) => adapterFolders.some((folder) => file.startsWith(folder));
  const onAdapters = files.filter(needsAdapter);
  const environments = onAdapters.length === 0 ? [] : await chosenAdapters();
  return [
    ...environments.flatMap(({ adapter, environment }) => onAdapters.map((file) => ({ file, adapter, environment }))),
    ...files.filter((file) => !needsAdapter(file)).map((file) => ({ file, adapter: null, environment: process.env })),
  ];
}

interface ChosenAdapter {
  readonly adapter: AdapterName;
  readonly environment: Environment;
}

async function chosenAdapters(): Promise<readonly ChosenAdapter[]> {
  const asked = (process.env['SWINC_TEST_ADAPTERS'] ?? '').split(',').map((name) => name.trim());
  const names = asked.filter((name) => name !== '');
  if (names.length > 0) return Promise.all(names.map(verifiedAdapter));
  const found = await probe(process.env);
  if (!isAdapterName(found)) return [await verifiedAdapter('swiftshader')];
  return [{ adapter: found, environment: { ...process.env, SWINC_ADAPTER: found } }];
}

async function verifiedAdapter(name: string): Promise<ChosenAdapter> {
  if (!isAdapterName(name)) {
    throw new Error(`SWINC_TEST_ADAPTERS names ${name}; the adapters are ${adapterNames.join(', ')}`);
  }
  const environment = await adapterEnvironment(name).catch((error: unknown) => {
    throw new Error(missing(name, error instanceof Error ? error.message : String(error)));
  });
  const found = await probe(environment);
  if (found !== name) throw new Error(missing(name, `its driver gave ${found === '' ? 'no adapter' : found}`));
  return { adapter: name, environment };
}

function missing(name: AdapterName, reason: string): string {
  return `the adapter ${name} is missing: ${reason}; ${installationHints[name]}`;
}

async function probe(environment: Environment): Promise<string> {
  const script = join(import.meta.dirname, 'probe.ts');
  const options = { cwd: join(import.meta.dirname, '../..'), env: environment };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], options);
  return stdout.trim();
}
