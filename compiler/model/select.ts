import { type Diagnostic, diagnose } from '../../grammar/diagnostic.ts';
import { startOfFile } from '../../grammar/source.ts';
import { nearest } from './nearest.ts';
import type { Resolved, ResolvedModel } from './resolve.ts';

export interface Selection {
  readonly value: ResolvedModel | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** What `FILE#NAME` means; `FILE` alone means its only model. */
export function selectModel({ file, models }: Resolved, name: string | undefined): Selection {
  const [only] = models;
  const found = name === undefined ? only : models.find((model) => model.name === name);
  if (found !== undefined && (name !== undefined || models.length === 1)) return { value: found, diagnostics: [] };
  const names = models.map((model) => model.name);
  return { value: undefined, diagnostics: [diagnose(file, { ...unselected(names, name, file), span: startOfFile })] };
}

function unselected(names: readonly string[], name: string | undefined, file: string) {
  if (names.length === 0) {
    return { code: 'SW034', message: 'this file declares no model', help: 'write `model NAME { … }`' } as const;
  }
  const listed = `its models are ${names.join(', ')}`;
  if (name === undefined) {
    const help = `name one of them, such as \`${file}#${names[0]}\``;
    return { code: 'SW034', message: `this file declares ${names.length} models: ${names.join(', ')}`, help } as const;
  }
  const near = nearest(name, names);
  const help = near === undefined ? listed : `did you mean \`${near}\`? ${listed}`;
  return { code: 'SW035', message: `there is no model \`${name}\` in this file`, help } as const;
}
