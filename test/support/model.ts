/** Models for tests, straight from text. */
import { fileURLToPath } from 'node:url';
import { fileHost } from '../../compiler/cli/file-host.ts';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import type { Model } from '../../compiler/model/model.ts';
import { type Resolution, resolve } from '../../compiler/model/resolve.ts';
import { hasErrors } from '../../grammar/diagnostic.ts';
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';

const specs = fileURLToPath(new URL('../../specs/', import.meta.url));

/** The model that a text means: its only one, or the one of that name. Throws, with the diagnostics, when it has errors. */
export function modelFrom(text: string, name?: string): Model {
  const host = memoryHost({ 'test.swin': text });
  return pick(resolve('test.swin', host), (file) => host.read(file), name);
}

/** A model of `specs/`, such as `specModel('swin-free-br.swin', 'swin-free-t-br')` or `specModel('micro/micro-swin.swin')`. */
export function specModel(file: string, name?: string): Model {
  const path = `${specs}${file}`;
  const host = fileHost(path, { root: specs });
  return pick(resolve(path, host), (read) => host.read(read), name);
}

function pick(resolution: Resolution, read: (file: string) => string | undefined, name: string | undefined): Model {
  const { value, diagnostics } = resolution;
  if (hasErrors(diagnostics)) throw new Error(printDiagnostics(diagnostics, { read, color: false }));
  const found = name === undefined ? value.models : value.models.filter((each) => each.name === name);
  const [only] = found;
  if (only?.model === undefined || found.length > 1) {
    throw new Error(`${value.file}: expected one model ${name ?? ''}, found ${value.models.map((each) => each.name)}`);
  }
  return only.model;
}
