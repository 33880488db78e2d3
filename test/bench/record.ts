/**
 * Measures the suites of this file and writes `results/SUITE-ADAPTER.json` beside it, and of the sizes their plot:
 *
 *     npm run build && npx tsx test/bench/record.ts ADAPTER [SUITE…] [-- OPTION…]
 *
 * ADAPTER is lavapipe, swiftshader or gpu; options go to the command as they are (`-- --samples 3`).
 */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toPlot } from '../../compiler/cli/bench/plot.ts';
import type { BenchReport } from '../../compiler/cli/bench/report.ts';
import { type AdapterName, adapterEnvironment, isAdapterName } from '../support/adapters.ts';

const sizes = ['swin-t', 'swin-s', 'swin-b', 'swin-free-t', 'swin-free-s', 'swin-free-b'].map(specOf);
const shiftOff = 'specs/paper.swin#table4["0000"]';

/** What each suite asks of `swinc`; all print JSON. */
const suites: Readonly<Record<string, readonly string[]>> = {
  'swin-t': ['bench', specOf('swin-t'), '--against', 'ort-webgpu,ort-cpu'],
  sizes: ['bench', ...sizes, '--against', 'ort-webgpu'],
  table5: ['bench', 'specs/paper.swin#table5'],
  table6: ['bench', 'specs/paper.swin#table6'],
  shift: ['diff', shiftOff, specOf('swin-b'), '--bench', '--samples', '20'],
  'swin-free': ['diff', specOf('swin-b'), specOf('swin-free-b'), '--bench', '--samples', '20'],
  profile: ['profile', specOf('swin-b'), '--eager'],
};

const folder = join(import.meta.dirname, 'results');

await main(process.argv.slice(2));

async function main(parameters: readonly string[]): Promise<void> {
  const end = parameters.indexOf('--');
  const [adapter = '', ...asked] = end < 0 ? parameters : parameters.slice(0, end);
  const options = end < 0 ? [] : parameters.slice(end + 1);
  if (!isAdapterName(adapter)) throw new Error('say on which adapter: lavapipe, swiftshader or gpu');
  const unknown = asked.find((name) => !Object.hasOwn(suites, name));
  if (unknown !== undefined)
    throw new Error(`there is no suite ${unknown}: they are ${Object.keys(suites).join(', ')}`);
  await mkdir(folder, { recursive: true });
  for (const name of asked.length > 0 ? asked : Object.keys(suites)) await record(name, adapter, options);
}

async function record(name: string, adapter: AdapterName, options: readonly string[]): Promise<void> {
  const command = [...(suites[name] ?? []), ...options, '--format', 'json'];
  console.error(`swinc ${command.join(' ')}`);
  const file = join(folder, `${name}-${adapter}.json`);
  const printed: unknown = JSON.parse(await swinc(command, adapter));
  await writeFile(file, `${kept(printed, command)}\n`);
  if (name === 'sizes' && isReport(printed)) await writeFile(file.replace(/json$/, 'svg'), `${toPlot(printed)}\n`);
  console.error(`wrote ${file}`);
}

/** Of a comparison its times alone; a profile without each dispatch. */
function kept(printed: unknown, command: readonly string[]): string {
  const told = { date: new Date().toISOString(), command: `swinc ${command.join(' ')}` };
  const value = isRecord(printed) && 'latency' in printed ? { latency: printed['latency'] } : printed;
  const leftOut = (key: string, each: unknown): unknown => (key === 'steps' || key === 'timeline' ? undefined : each);
  return JSON.stringify(isRecord(value) ? { ...told, ...value } : value, leftOut, 2);
}

function isReport(value: unknown): value is BenchReport {
  return isRecord(value) && 'results' in value && 'adapter' in value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

async function swinc(command: readonly string[], adapter: AdapterName): Promise<string> {
  const root = join(import.meta.dirname, '../..');
  const child = spawn(process.execPath, [join(root, 'dist/swinc.mjs'), ...command], {
    cwd: root,
    env: await adapterEnvironment(adapter),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(output).toString('utf8'));
      else reject(new Error(`swinc ended with ${code}`));
    });
  });
}

function specOf(name: string): string {
  return `specs/${name}.swin`;
}
