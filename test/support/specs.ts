/** Every model of `specs/`. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileHost } from '../../compiler/cli/file-host.ts';
import type { Model } from '../../compiler/model/model.ts';
import { resolve } from '../../compiler/model/resolve.ts';

const folder = fileURLToPath(new URL('../../specs/', import.meta.url));

export interface Spec {
  /** `micro/micro-swin.swin#micro-swin` */
  readonly name: string;
  readonly model: Model;
}

/** The files of `specs/`, or of its folder `micro`, in order. */
export function specFiles(): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.swin'))
    .sort();
}

export function allSpecs(): readonly Spec[] {
  return specFiles().flatMap((file) => {
    const path = `${folder}${file}`;
    const { value } = resolve(path, fileHost(path, { root: folder }));
    return value.models.map(({ name, model }) => {
      if (!model) throw new Error(`${file}#${name} has errors`);
      return { name: `${file}#${name}`, model };
    });
  });
}

export const isMicro = ({ name }: Spec): boolean => name.startsWith('micro/');
