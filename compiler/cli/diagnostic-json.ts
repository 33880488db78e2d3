import type { Diagnostic } from '../../grammar/diagnostic.ts';

/** For programs every diagnostic has every key: `help` is null where there is nothing to write instead. */
export function completeDiagnostic(diagnostic: Diagnostic): object {
  return { ...diagnostic, help: diagnostic.help ?? null };
}
