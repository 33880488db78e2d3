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

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
