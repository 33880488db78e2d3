/** The typed codes, from the headings `## SW001 title` of the catalogue. */
export function generateCodes(catalogue: string): string {
  const entries = [...catalogue.matchAll(/^## (SW\d{3}) (.+)$/gm)].map(([, code = '', title = '']) => ({
    code,
    title,
  }));
  const lines = entries.map(({ code, title }) => `  ${code}: ${quote(title)},`);
  return [
    '// Generated from compiler/messages.md by grammar/generate-codes.ts. Do not edit.',
    '',
    '/** What each diagnostic is about, by its code. */',
    'export const titles = {',
    ...lines,
    '} as const;',
    '',
    'export type Code = keyof typeof titles;',
    '',
  ].join('\n');
}

/**
 * What the catalogue says about each code in two sentences. A file of its own, for the command has no use for them
 * until somebody asks.
 */
export function generateExplanations(catalogue: string): string {
  const entries = [...catalogue.matchAll(/^## (SW\d{3}) .+\n\n(.+)\n(.+)$/gm)];
  const lines = entries.map(([, code, reason = '', remedy = '']) => `  ${code}: [${quote(reason)}, ${quote(remedy)}],`);
  return [
    '// Generated from compiler/messages.md by grammar/generate-codes.ts. Do not edit.',
    "import type { Code } from './codes.gen.ts';",
    '',
    '/** Of each diagnostic, what is wrong and why it matters, and what to do. */',
    'export const explanations: Readonly<Record<Code, readonly [reason: string, remedy: string]>> = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
