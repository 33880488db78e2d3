/** `swinc textconv`, which git calls on each side of a difference: the spec without comments, blank lines and columns. */
import { readFileSync } from 'node:fs';
import { hasErrors } from '../../grammar/diagnostic.ts';
import { parse } from '../../grammar/parse.ts';
import { print } from '../../grammar/print.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { writeData } from './output.ts';
import { requireFile } from './spec-argument.ts';

/**
 * Git hands over a temporary file without its neighbours, so that imports cannot be followed: the text says what this
 * file says and not what its models inherit. A text with errors is shown as it is.
 */
export async function textconv(file: string): Promise<ExitCode> {
  requireFile(file);
  const text = plainText(file, readFileSync(file, 'utf8'));
  if (text !== '') await writeData(text);
  return exitCodes.fine;
}

function plainText(file: string, text: string): string {
  const { value, diagnostics } = parse({ file, text });
  if (hasErrors(diagnostics)) return text;
  const lines = print({ ...value, comments: [] }).split('\n');
  return lines
    .filter((line) => line !== '')
    .map(withoutColumn)
    .join('\n');
}

/** A longer name beside it would move the `=` of a field that has not changed. */
function withoutColumn(line: string): string {
  return line.replace(/^( *[\w.-]+) += /, '$1 = ');
}
