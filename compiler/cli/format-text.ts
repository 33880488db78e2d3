/** The formatted text of a spec, or what is wrong with it. */
import { type Diagnostic, hasErrors } from '../../grammar/diagnostic.ts';
import { limits } from '../../grammar/limits.ts';
import { parse } from '../../grammar/parse.ts';
import { print } from '../../grammar/print.ts';
import { isSameTree } from '../../grammar/same-tree.ts';
import { UsageError } from './exit.ts';

export type Formatted =
  | { readonly kind: 'formatted'; readonly text: string }
  | { readonly kind: 'damaged'; readonly diagnostics: readonly Diagnostic[] };

/** Reads its own answer again before anybody writes it. */
export function formatText(file: string, text: string): Formatted {
  const { value, diagnostics } = parse({ file, text });
  if (hasErrors(diagnostics)) return { kind: 'damaged', diagnostics };
  const formatted = print(value);
  if (formatted.length > limits.fileLength) {
    throw new UsageError(`${file}: formatted, it would be larger than a spec may be: split it and import the parts`);
  }
  if (!isSameTree(parse({ file, text: formatted }).value, value)) {
    throw new Error(`${file} would say something else when it is formatted; nothing was written`);
  }
  return { kind: 'formatted', text: formatted };
}
