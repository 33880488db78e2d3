/** `swinc resolve`: a model as the one text that everything that says the same shares. */
import { createHash } from 'node:crypto';
import { type CanonicalField, canonicalFields, canonicalText } from '../model/canonical.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { loadModel, type RootOption } from './load-model.ts';
import { writeData } from './output.ts';
import { placeOf } from './place.ts';

export interface ResolveOptions extends RootOption {
  readonly format: 'text' | 'json';
  readonly hash?: true;
}

export async function resolve(spec: string, options: ResolveOptions): Promise<ExitCode> {
  const loaded = loadModel(spec, options);
  const specification = loaded?.resolved.specification;
  if (loaded === undefined || specification === undefined) return exitCodes.findings;
  loaded.warnings.print();
  const text = canonicalText(specification);
  const sha256 = createHash('sha256').update(text).digest('hex');
  if (options.hash) await writeData(sha256);
  else if (options.format === 'text') await writeData(text);
  else {
    const fields = canonicalFields(specification).map(describeField);
    await writeData(JSON.stringify({ formatVersion: '1.0', model: specification.name, sha256, text, fields }, null, 2));
  }
  return exitCodes.fine;
}

function describeField({ path, text, settings }: CanonicalField) {
  return { path, text, from: settings.map(placeOf) };
}
