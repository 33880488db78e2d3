/** Markup that only templates make: every text that goes into one is escaped, so that no text becomes markup. */

export interface Markup {
  readonly markup: string;
}

export type Content = Markup | string | number | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeText = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '').replaceAll(/[^\t\n\P{Cc}]/gu, '\uFFFD');

const markupOf = (content: Content): string => {
  if (typeof content === 'string') return escapeText(content);
  if (typeof content === 'number') return String(content);
  return 'markup' in content ? content.markup : content.map(markupOf).join('');
};

/** Attributes stand in double quotes. */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Markup => ({
  markup: parts.map((part, index) => part + markupOf(contents[index] ?? '')).join(''),
});

export const nothing: Markup = html``;

/** Text as it is written in a spec. */
export const code = (text: string): Markup => html`<code>${text}</code>`;

/** Closed until somebody opens it. */
export const details = (summary: Content, body: Content): Markup =>
  html`<details><summary>${summary}</summary>${body}</details>`;
