/** Every model of `specs/`. */
import { fileURLToPath } from 'node:url';
import { fileHost } from '../../compiler/cli/file-host.ts';
import type { Model } from '../../compiler/model/model.ts';
import { resolve } from '../../compiler/model/resolve.ts';
import { specFiles } from './spec-files.ts';

const folder = fileURLToPath(new URL('../../specs/', import.meta.url));

export interface Spec {
  /** `micro/micro-swin.swin#micro-swin` */
  readonly name: string;
  readonly model: Model;
}

export function allSpecs(): readonly Spec[] {
  return [...specFiles().keys()].flatMap((file) => {
    const path = `${folder}${file}`;
    const { value } = resolve(path, fileHost(path, { root: folder }));
    return value.models.map(({ name, model }) => {
      if (!model) throw new Error(`${file}#${name} has errors`);
      return { name: `${file}#${name}`, model };
    });
  });
}

export const isMicro = ({ name }: Spec): boolean => name.startsWith('micro/');
