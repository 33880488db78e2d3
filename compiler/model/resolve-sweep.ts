import type { Diagnostic } from '../../grammar/diagnostic.ts';
import { diagnose } from '../../grammar/diagnostic.ts';
import type { Span } from '../../grammar/source.ts';
import { type ResolvedModel, resolveDeclared, resolveHeir, type World } from './heirs.ts';
import { lineage } from './lineage.ts';
import type { Report } from './load.ts';
import type { Declared } from './scope.ts';
import { variantsOf } from './sweep-variants.ts';

export interface ResolvedVariant extends ResolvedModel {
  /** What stands between the brackets of its name: `window=7,14,14,7` or `"0111"`. */
  readonly label: string;
}

export interface ResolvedSweep {
  readonly name: string;
  readonly file: string;
  /** Of the sweep's name. */
  readonly span: Span;
  readonly documentation: string;
  /** The model that every variant changes; undefined when there is none, or it has errors. */
  readonly base: ResolvedModel | undefined;
  /** In the order of the text, the last `vary` changing fastest; none without a base. */
  readonly variants: readonly ResolvedVariant[];
}

/** Every variant as the model that it stands for. What several variants are blamed for alike is said once. */
export function resolveSweep(
  declared: Declared,
  world: World,
  budget: { variants: number },
  report: Report,
): ResolvedSweep {
  const { declaration, file } = declared;
  const { name, documentation } = declaration;
  const found = variantsOf(declaration, budget.variants, (finding) => report(diagnose(file, finding)));
  budget.variants -= found.length;
  const parent = baseOf(declared, world, report);
  const base = parent && resolveDeclared(parent, world);
  const reported = new Map<string, Diagnostic>();
  const variants = base?.resolved.model === undefined ? [] : found;
  const resolved = variants.map(({ label, declaration: variant }): ResolvedVariant => {
    const outcome = resolveHeir({ declaration: variant, file }, base);
    for (const diagnostic of outcome.diagnostics) reported.set(JSON.stringify(diagnostic), diagnostic);
    return { ...outcome.resolved, label };
  });
  for (const diagnostic of reported.values()) report(diagnostic);
  return { name: name.text, file, span: name.span, documentation, base: base?.resolved, variants: resolved };
}

function baseOf(declared: Declared, { scopes }: World, report: Report): Declared | undefined {
  const { declaration, file } = declared;
  if (declaration.parent !== undefined) return lineage(declared, scopes, report)?.at(-2);
  report(
    diagnose(file, {
      code: 'SW040',
      message: `\`${declaration.name.text}\` does not say which model it varies`,
      span: declaration.name.span,
      help: `write \`sweep ${declaration.name.text} extends MODEL { … }\``,
    }),
  );
  return undefined;
}
