/** GitHub-flavoured Markdown from texts that may hold anything. */

/** Longer texts are cut: a table's cell is no place for them. */
const longestText = 160;

export const clip = (text: string, longest = longestText): string => {
  // No more is read than could be shown.
  const line = text
    .slice(0, 4 * longest)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`;
};

/** A span of code: nothing in it is markup, a link or a mention. */
export const code = (text: string): string => {
  const line = clip(text);
  if (line === '') return '';
  const longestRun = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
};

/** Prose of ours that quotes figures and shapes. */
export const prose = (text: string): string => clip(text, 1000).replaceAll(/[\\`*_[\]<>#~&]/g, '\\$&');

export type Align = 'left' | 'right';

const rules: Readonly<Record<Align, string>> = { left: '---', right: '---:' };

export interface Column {
  readonly head: string;
  readonly align: Align;
}

export const left = (head: string): Column => ({ head, align: 'left' });

export const right = (head: string): Column => ({ head, align: 'right' });

/** Cells are markup; a pipe within one would end it, within code too. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const heads = columns.map(({ head }) => head);
  return [line(heads), line(columns.map(({ align }) => rules[align])), ...rows.map(line)].join('\n');
};

/** Closed until somebody opens it. The summary is plain text. */
export const details = (summary: string, body: string): string =>
  `<details><summary>${summary.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</summary>\n\n${body}\n\n</details>`;

export interface Rows<Item> {
  readonly items: readonly Item[];
  readonly row: (item: Item) => readonly string[];
}

/** A table of no more than so many rows, which says how many it leaves out. */
export const shortTable = <Item>(columns: readonly Column[], { items, row }: Rows<Item>, most: number): string => {
  if (most === 0) return `${items.length} are left out here`;
  const shown = table(columns, items.slice(0, most).map(row));
  return items.length <= most ? shown : `${shown}\n\n… and ${items.length - most} more`;
};

/** What a comment on a pull request can hold is 65,536 characters; others may want to add something. */
export const mostCharacters = 60_000;

/** From everything to nothing of the lists. */
const limits: readonly number[] = [1500, 700, 300, 150, 70, 30, 15, 5, 1, 0];

/** With as much of its lists as fits. */
export const fit = (render: (most: number) => string): string => {
  for (const most of limits) {
    const text = render(most);
    if (text.length < mostCharacters) return text;
  }
  return `${render(0).slice(0, mostCharacters - 100)}\n\n… cut here\n`;
};
