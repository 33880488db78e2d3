/**
 * The adapters that tests run on. Each is a Vulkan driver, chosen by variables that must be set before a process
 * starts: `test/run.ts` sets them, and `sentinel.ts` makes sure in the test's own process that they had their effect.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'webgpu';
import { type Environment, prepareSoftwareAdapter } from '../../compiler/cli/software-adapter.ts';

export const adapterNames = ['lavapipe', 'swiftshader', 'gpu'] as const;
export type AdapterName = (typeof adapterNames)[number];

const driverFolder = '/usr/share/vulkan/icd.d';

export const installationHints: Readonly<Record<AdapterName, string>> = {
  lavapipe: 'install libvulkan1 and mesa-vulkan-drivers 24 or newer (Debian 12: from bookworm-backports)',
  swiftshader: 'run `npm ci`, which installs @sparticuz/chromium, on Linux x64',
  gpu: "install the graphics card's driver",
};

export function isAdapterName(name: string): name is AdapterName {
  return adapterNames.some((known) => known === name);
}

/** The adapter that this test process was started for. */
export function testAdapter(): AdapterName {
  const name = process.env['SWINC_ADAPTER'] ?? '';
  if (!isAdapterName(name)) throw new Error('this test needs an adapter: run it by `npm test -- NAME`');
  return name;
}

/** The environment in which a new process gets the adapter; throws where the machine does not have its files. */
export async function adapterEnvironment(name: AdapterName): Promise<Environment> {
  return { ...(await driverEnvironment(name)), SWINC_ADAPTER: name };
}

async function driverEnvironment(name: AdapterName): Promise<Environment> {
  if (name === 'gpu') return process.env;
  if (name === 'lavapipe') {
    const manifest = lavapipeManifest();
    return { ...process.env, VK_ICD_FILENAMES: manifest, VK_DRIVER_FILES: manifest };
  }
  const environment = await prepareSoftwareAdapter({ ...process.env, SWINC_SOFTWARE_ADAPTER: undefined });
  if (environment === undefined) throw new Error('SwiftShader gave no environment');
  return environment;
}

/** Mesa names the file after the architecture on some systems: lvp_icd.x86_64.json. */
function lavapipeManifest(): string {
  const names = existsSync(driverFolder) ? readdirSync(driverFolder) : [];
  const manifest = names.find((name) => name.startsWith('lvp_icd') && name.endsWith('.json'));
  if (manifest === undefined) throw new Error(`there is no lvp_icd*.json in ${driverFolder}`);
  return join(driverFolder, manifest);
}

/** What `navigator.gpu` would give in this process. */
export async function obtainedAdapter(): Promise<AdapterName | undefined> {
  const adapter = await create([]).requestAdapter();
  return adapter === null ? undefined : classify(adapter.info);
}

function classify(info: GPUAdapterInfo): AdapterName {
  if (info.architecture === 'swiftshader') return 'swiftshader';
  return info.device.startsWith('llvmpipe') || info.description.startsWith('llvmpipe') ? 'lavapipe' : 'gpu';
}
