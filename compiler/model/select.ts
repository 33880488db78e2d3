import { type Diagnostic, diagnose } from '../../grammar/diagnostic.ts';
import { startOfFile } from '../../grammar/source.ts';
import { nearest } from './nearest.ts';
import type { Resolved, ResolvedModel, ResolvedSweep } from './resolve.ts';

/** What a name on the command line can mean. A variant of a sweep is a model. */
export type Target =
  | { readonly kind: 'model'; readonly model: ResolvedModel }
  | { readonly kind: 'sweep'; readonly sweep: ResolvedSweep };

export interface Selection<Selected> {
  readonly value: Selected | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** What `FILE#NAME` means: a model, a sweep, or a sweep's variant; `FILE` alone means its only model or sweep. */
export function selectTarget(resolved: Resolved, name: string | undefined): Selection<Target> {
  const targets = targetsOf(resolved);
  if (name === undefined) {
    const [only] = targets;
    if (only !== undefined && targets.length === 1) return { value: only, diagnostics: [] };
    return failed(resolved, unnamed(targets.map(nameOf), resolved.file));
  }
  const found = targets.find((target) => nameOf(target) === name) ?? findVariant(resolved, name);
  return found === undefined ? failed(resolved, unknown(resolved, name)) : { value: found, diagnostics: [] };
}

/** As `selectTarget`, where one model is wanted. */
export function selectModel(resolved: Resolved, name: string | undefined): Selection<ResolvedModel> {
  const { value, diagnostics } = selectTarget(resolved, name);
  if (value === undefined) return { value: undefined, diagnostics };
  if (value.kind === 'model') return { value: value.model, diagnostics };
  return failed(resolved, unchosen(value.sweep, resolved.file));
}

function targetsOf({ models, sweeps }: Resolved): readonly Target[] {
  return [
    ...models.map((model): Target => ({ kind: 'model', model })),
    ...sweeps.map((sweep): Target => ({ kind: 'sweep', sweep })),
  ];
}

function nameOf(target: Target): string {
  return target.kind === 'model' ? target.model.name : target.sweep.name;
}

/** Spaces and quotes in a variant's name may be left out: shells take them for their own. */
function findVariant({ sweeps }: Resolved, name: string): Target | undefined {
  const wanted = bare(name);
  const model = sweeps.flatMap(({ variants }) => variants).find((variant) => bare(variant.name) === wanted);
  return model && { kind: 'model', model };
}

function bare(name: string): string {
  return name.replaceAll(/[\s"]/g, '');
}

type Complaint = Pick<Diagnostic, 'code' | 'message'> & { readonly help: string };

function failed({ file }: Resolved, complaint: Complaint): { value: undefined; diagnostics: readonly Diagnostic[] } {
  return { value: undefined, diagnostics: [diagnose(file, { ...complaint, span: startOfFile })] };
}

function unnamed(names: readonly string[], file: string): Complaint {
  if (names.length === 0) {
    return { code: 'SW034', message: 'this file declares no model', help: 'write `model NAME { … }`' };
  }
  const message = `this file declares ${names.length} models and sweeps: ${names.join(', ')}`;
  return { code: 'SW034', message, help: `name one of them, such as \`${file}#${names[0]}\`` };
}

/** The longest list of variants that a message shows. */
const shown = 8;

function unchosen({ name, variants }: ResolvedSweep, file: string): Complaint {
  const listed = variants.slice(0, shown).map((variant) => variant.label);
  const more = variants.length > shown ? `, and ${variants.length - shown} more` : '';
  return {
    code: 'SW034',
    message: `\`${name}\` is a sweep of ${variants.length} models: ${listed.join('; ')}${more}`,
    help: `name one of them, such as '${file}#${variants[0]?.name ?? name}'`,
  };
}

function unknown(resolved: Resolved, name: string): Complaint {
  const names = targetsOf(resolved).map(nameOf);
  const sweep = resolved.sweeps.find((each) => name.startsWith(`${each.name}[`));
  const labels = sweep?.variants.map((variant) => variant.name);
  const near = nearest(name, labels ?? names);
  const listed = labels?.slice(0, shown).join('; ') ?? names.join(', ');
  const known = `${sweep === undefined ? 'its models and sweeps' : `the variants of \`${sweep.name}\``} are ${listed}`;
  return {
    code: 'SW035',
    message: `there is no ${sweep === undefined ? 'model' : 'variant'} \`${name}\` in this file`,
    help: near === undefined ? known : `did you mean \`${near}\`? ${known}`,
  };
}
