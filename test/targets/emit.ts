/** Packages of the micro specs, in memory. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRuntimeFiles } from '../../compiler/cli/runtime-files.ts';
import { figuresOf, planModel, withWeights } from '../../compiler/compile.ts';
import { emitPackage, type PackageFiles, type PackageInput } from '../../compiler/targets/typescript/emit-package.ts';
import { syntheticParameters } from '../../compiler/weights/parameters.ts';
import type { SafetensorsPieces } from '../../runtime/safetensors.ts';
import { specModel } from '../support/model.ts';

export async function packageInput(name: string): Promise<PackageInput> {
  const model = specModel(`micro/${name}.swin`);
  const compiled = withWeights(planModel(model, { elementType: 'f32' }), syntheticParameters(1));
  const runtime = await readRuntimeFiles();
  const documentation = 'A model for tests.';
  return { model, figures: figuresOf(model), documentation, ...compiled, weightsOrigin: 'synthetic:1', runtime };
}

export async function emit(name: string, changes: Partial<PackageInput> = {}): Promise<PackageFiles> {
  return emitPackage({ ...(await packageInput(name)), ...changes });
}

export function textOf(files: PackageFiles, name: string): string {
  const content = files.get(name);
  if (typeof content !== 'string') throw new Error(`the package has no text ${name}`);
  return content;
}

export function bytesOf(content: string | SafetensorsPieces | undefined): Uint8Array {
  if (content === undefined) throw new Error('the package has no such file');
  return typeof content === 'string' ? Buffer.from(content) : Buffer.concat([...content.pieces()]);
}

export function writeFiles(folder: string, files: PackageFiles): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(folder, name), bytesOf(content));
}
