/** The built command, as a process of its own. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const command = join(root, 'dist/swinc.mjs');
const sources: readonly string[] = ['compiler', 'grammar', 'runtime'];

requireFreshBuild();

/** A test of yesterday's build would say nothing about today's sources. */
function requireFreshBuild(): void {
  const built = existsSync(command) ? statSync(command).mtimeMs : 0;
  const newer = sources
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((name) => /\.(ts|wgsl)$/.test(name))
    .find((name) => statSync(join(root, name)).mtimeMs > built);
  if (newer !== undefined) throw new Error(`dist is older than ${newer}: run \`npm run build\``);
}

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

export interface Circumstances {
  readonly cwd?: string;
  /** A copy of the command elsewhere. */
  readonly command?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Runs `swinc` in the checkout, where `specs/` is at hand, or elsewhere. */
export function swinc(parameters: readonly string[], circumstances: Circumstances = {}): Promise<Ended> {
  const { cwd = root, environment = {}, command: path = command } = circumstances;
  const child = spawn(process.execPath, [path, ...parameters], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ stdout: textOf(stdout), stderr: textOf(stderr), code }));
  });
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

/** What one command prints for another program: JSON on stdout, and nothing that failed. */
export async function json<Value>(parameters: readonly string[], circumstances?: Circumstances): Promise<Value> {
  const { stdout, stderr, code } = await swinc(parameters, circumstances);
  if (code !== 0 && code !== 1) throw new Error(`swinc ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}
