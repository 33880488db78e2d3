import type { Setting } from '../model/settings.ts';

/** Where a value stands, as the JSON of every command has it. */
export function placeOf({ file, model, value }: Setting) {
  return { file, line: value.span.line, column: value.span.column, model };
}
