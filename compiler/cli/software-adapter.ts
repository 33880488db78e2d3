/**
 * A WebGPU adapter for a Linux machine that has none: SwiftShader, a Vulkan driver that runs on the CPU, and a Vulkan
 * loader, both from the npm package `@sparticuz/chromium`. The dynamic linker and the loader read their variables when
 * a process starts, so the command starts itself once more with those variables set.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { DeviceError } from '../../runtime/errors.ts';
import { cacheFolder } from './cache-folder.ts';
import { untar } from './untar.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const packageName = '@sparticuz/chromium';
/** Set in the second process, so that a machine where even SwiftShader fails does not start processes for ever. */
const guardVariable = 'SWINC_SOFTWARE_ADAPTER';
const loader = 'libvulkan.so.1';
const driver = 'libvk_swiftshader.so';
const driverManifest = 'vk_swiftshader_icd.json';
const neededFiles: readonly string[] = [loader, driver, driverManifest];
const forwardedSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * The environment in which SwiftShader is the adapter, or undefined where this process already runs in it.
 * Throws a DeviceError that says what to install where there is no SwiftShader to use.
 */
export async function prepareSoftwareAdapter(environment: Environment = process.env): Promise<Environment | undefined> {
  if (environment[guardVariable] !== undefined) return undefined;
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new DeviceError('no-adapter', whatToInstall());
  const packageFolder = await findPackage();
  if (packageFolder === undefined) throw new DeviceError('no-adapter', whatToInstall());
  const folder = await unpackOnce(packageFolder, environment);
  const manifest = join(folder, driverManifest);
  const libraries = [folder, environment['LD_LIBRARY_PATH'] ?? ''].filter((path) => path !== '');
  return {
    ...environment,
    [guardVariable]: '1',
    LD_LIBRARY_PATH: libraries.join(delimiter),
    VK_ICD_FILENAMES: manifest,
    VK_DRIVER_FILES: manifest,
  };
}

/** Runs this very command again in `environment`; resolves to its exit code. */
export function reexecute(environment: Environment): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: environment,
    stdio: 'inherit',
  });
  const stopForwarding = forwardSignals(child);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
  }).finally(stopForwarding);
}

/** A signal sent to this process alone must not leave the child running. */
function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of forwardedSignals) process.on(signal, forward);
  return () => {
    for (const signal of forwardedSignals) process.off(signal, forward);
  };
}

function whatToInstall(): string {
  if (process.platform === 'linux' && process.arch === 'x64') {
    return `no WebGPU adapter was found; install a Vulkan driver (Debian: libvulkan1 and mesa-vulkan-drivers 24 or newer), or run \`npm install ${packageName}@147\` for one that needs no installation`;
  }
  if (process.platform === 'linux') {
    return 'no WebGPU adapter was found; install a Vulkan driver (Debian: libvulkan1 and mesa-vulkan-drivers 24 or newer)';
  }
  if (process.platform === 'win32') {
    return "no WebGPU adapter was found; install your graphics card's driver, with Direct3D 12 or Vulkan";
  }
  if (process.platform === 'darwin')
    return 'no WebGPU adapter was found; a Mac with Metal and macOS 11 or newer has one';
  return `no WebGPU adapter was found, and none is known for ${process.platform} on ${process.arch}`;
}

/** Looks beside this command first, then in the project that the command is called from. */
async function findPackage(): Promise<string | undefined> {
  for (const origin of [import.meta.url, join(process.cwd(), 'package.json')]) {
    const folder = await packageFolderFrom(origin);
    if (folder !== undefined && existsSync(archiveIn(folder))) return folder;
  }
  return undefined;
}

/** The package does not export its package.json, so that is found by climbing from its entry. */
async function packageFolderFrom(origin: string): Promise<string | undefined> {
  let folder: string;
  try {
    folder = dirname(createRequire(origin).resolve(packageName));
  } catch {
    return undefined;
  }
  while (dirname(folder) !== folder) {
    if ((await manifestOf(folder)).name === packageName) return folder;
    folder = dirname(folder);
  }
  return undefined;
}

interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
}

async function manifestOf(folder: string): Promise<PackageManifest> {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return {};
  const manifest: unknown = JSON.parse(await readFile(path, 'utf8'));
  return typeof manifest === 'object' && manifest !== null ? manifest : {};
}

function archiveIn(packageFolder: string): string {
  return join(packageFolder, 'bin', 'swiftshader.tar.br');
}

async function unpackOnce(packageFolder: string, environment: Environment): Promise<string> {
  const { version = 'unknown' } = await manifestOf(packageFolder);
  const cache = await cacheFolder(environment);
  const folder = join(cache, `swiftshader-${version}`);
  if (isComplete(folder)) return folder;
  const partial = join(cache, `swiftshader-${randomUUID()}`);
  try {
    await unpack(archiveIn(packageFolder), partial);
    await moveInPlace(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

function isComplete(folder: string): boolean {
  return neededFiles.every((name) => existsSync(join(folder, name)));
}

async function unpack(archive: string, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  const files = untar(await promisify(brotliDecompress)(await readFile(archive)));
  for (const name of neededFiles) {
    const file = files.find((candidate) => basename(candidate.name) === name);
    if (file === undefined) throw new DeviceError('no-adapter', `${packageName} holds no ${name}; install version 147`);
    await writeFile(join(folder, name), file.data, { mode: 0o600, flag: 'wx' });
  }
}

/** Another process may have unpacked meanwhile: its folder is as good as ours. */
async function moveInPlace(partial: string, folder: string): Promise<void> {
  try {
    await rename(partial, folder);
  } catch (error) {
    if (isComplete(folder)) return;
    if (!existsSync(folder)) throw error;
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  }
}
