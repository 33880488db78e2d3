/** A compiled package on a disk. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LoadOptions } from '../../runtime/load.ts';
import type { LoadedModel } from '../../runtime/model.ts';
import { type PackageInfo, type PackageMarker, packageFormatVersion } from '../targets/typescript/package-info.ts';
import { UsageError } from './exit.ts';

/** The marker of a folder that swinc wrote, or undefined. */
export async function readMarker(folder: string): Promise<PackageMarker | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { swinc }: { swinc?: unknown } = Object(JSON.parse(text));
    return isMarker(swinc) ? swinc : undefined;
  } catch {
    return undefined;
  }
}

function isMarker(value: unknown): value is PackageMarker {
  return typeof value === 'object' && value !== null && 'formatVersion' in value && 'model' in value;
}

/** What a package's model.js exports. */
export interface PackageModule {
  readonly info: PackageInfo;
  readonly load: (options?: LoadOptions) => Promise<LoadedModel>;
}

export async function importPackage(folder: string): Promise<PackageModule> {
  const marker = await readMarker(folder);
  if (marker === undefined) {
    throw new UsageError(`${folder} is no compiled package; \`swinc compile SPEC -o ${folder}\` writes one`);
  }
  if (marker.formatVersion !== packageFormatVersion) {
    const version = String(marker.formatVersion);
    throw new UsageError(
      `${folder} has format version ${version}, this swinc knows ${packageFormatVersion}: compile it again`,
    );
  }
  const module: unknown = await import(pathToFileURL(join(folder, 'model.js')).href).catch((cause: unknown) => {
    throw new UsageError(`${join(folder, 'model.js')} cannot be loaded: ${String(cause)}`, { cause });
  });
  if (!isPackageModule(module))
    throw new UsageError(`${folder} is damaged: its model.js exports no \`info\` and \`load\``);
  return module;
}

function isPackageModule(module: unknown): module is PackageModule {
  if (typeof module !== 'object' || module === null || !('info' in module) || !('load' in module)) return false;
  return typeof module.load === 'function' && typeof module.info === 'object' && module.info !== null;
}
